import type { ConnectionBody, InspectedAccessGroup } from '@latchkey/contracts';
import { Badge, Card, Group, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { accessGroupsOf, inspectionOf } from '../api/queries.ts';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { Working } from '../shell/working.tsx';
import { texts } from '../texts.ts';
import { LostSettings } from './lost-settings.tsx';

/** The site's groups, each with what is wrong with it, and the settings that name none of them. */
export function AccessGroups({ connection }: { connection: ConnectionBody }) {
  const groups = useQuery(accessGroupsOf(connection));
  if (groups.isPending) return <Working text={texts.working.groups} />;
  if (groups.isError) return <ProblemAlert error={groups.error} onRetry={() => void groups.refetch()} />;
  return (
    <>
      <section aria-labelledby="groups">
        <Title order={2} size="h4" id="groups" mb="sm">
          {texts.connection.groups}
        </Title>
        {groups.data.length === 0 && <Text>{texts.connection.noGroups}</Text>}
        <Stack component="ul" className="plain" gap="sm">
          {groups.data.map(({ id, name }) => (
            <AccessGroup key={id} {...{ connection, id, name }} />
          ))}
        </Stack>
      </section>
      <LostSettings connection={connection} groupIds={groups.data.map(({ id }) => id)} />
    </>
  );
}

function AccessGroup({ connection, id, name }: { connection: ConnectionBody; id: string; name: string }) {
  const inspected = useQuery(inspectionOf(connection, id));
  return (
    <Card withBorder padding="sm" component="li">
      <Group justify="space-between">
        <Text fw={600}>{name}</Text>
        {inspected.data && <Verdict group={inspected.data} />}
      </Group>
      {inspected.data && (
        <>
          <Text size="sm" c="dimmed">
            {texts.connection.people(inspected.data.memberCount, inspected.data.foreignCount)}
          </Text>
          {inspected.data.problems.map((problem) => (
            <Text size="sm" key={problem}>
              {texts.connection.groupProblems[problem]}
            </Text>
          ))}
        </>
      )}
      {inspected.isError && <ProblemAlert error={inspected.error} onRetry={() => void inspected.refetch()} />}
    </Card>
  );
}

function Verdict({ group: { opensNothing, problems } }: { group: InspectedAccessGroup }) {
  if (opensNothing)
    return <Badge {...{ color: 'red', variant: 'dot', tt: 'none' }}>{texts.connection.opensNothing}</Badge>;
  if (problems.length > 0) return null;
  return <Badge {...{ color: 'green', variant: 'dot', tt: 'none' }}>{texts.connection.groupInOrder}</Badge>;
}
