import type { ConnectionBody } from '@latchkey/contracts';
import { List, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { lostSettingsOf } from '../api/queries.ts';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { texts } from '../texts.ts';

/** The settings that name groups which the site does not have: after a change of the site, and when a group is deleted. */
export function LostSettings({ connection, groupIds }: { connection: ConnectionBody; groupIds: readonly string[] }) {
  const lost = useQuery(lostSettingsOf(connection, groupIds));
  return (
    <section aria-labelledby="lost">
      <Title order={2} size="h4" id="lost" mb="sm">
        {texts.connection.lost}
      </Title>
      {lost.isError && <ProblemAlert error={lost.error} onRetry={() => void lost.refetch()} />}
      {lost.data?.length === 0 && <Text>{texts.connection.noneLost}</Text>}
      {lost.data !== undefined && lost.data.length > 0 && (
        <>
          <Text>{texts.connection.lostHint}</Text>
          <List>
            {lost.data.map(({ kind, id, name, missingGroupIds }) => (
              <List.Item key={id}>
                {texts.connection.lostKinds[kind]} {name}: {texts.connection.missing(missingGroupIds.length)}
              </List.Item>
            ))}
          </List>
        </>
      )}
    </section>
  );
}
