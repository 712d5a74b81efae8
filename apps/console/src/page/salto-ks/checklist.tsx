import { Button, List, Stack, Text, Title } from '@mantine/core';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { texts } from '../texts.ts';
import { useBeginConsent } from './begin-consent.ts';
import { Steps } from './steps.tsx';

/** What somebody needs before they connect, and the way to Salto. */
export function Checklist({ locationId, wasDisconnected }: { locationId: string; wasDisconnected: boolean }) {
  const begin = useBeginConsent(locationId);
  return (
    <Stack>
      <Steps current={0} />
      {wasDisconnected && <Text>{texts.saltoKs.wasDisconnected}</Text>}
      <Title order={2} size="h4">
        {texts.saltoKs.checklist}
      </Title>
      <List spacing="xs">
        {texts.saltoKs.checklistItems.map((item) => (
          <List.Item key={item}>{item}</List.Item>
        ))}
      </List>
      <Text>{texts.saltoKs.checklistNext}</Text>
      <div>
        <Button onClick={() => begin.mutate()} loading={begin.isPending}>
          {texts.saltoKs.connect}
        </Button>
      </div>
      {begin.isError && <ProblemAlert error={begin.error} onRetry={() => begin.mutate()} />}
    </Stack>
  );
}
