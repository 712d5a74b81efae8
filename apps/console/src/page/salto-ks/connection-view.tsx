import type { ConnectionBody, KeyRole, LocationBody } from '@latchkey/contracts';
import { Alert, Button, Group, Stack, Text, Title } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { ask } from '../api/api.ts';
import { connectionOf } from '../api/queries.ts';
import { announce } from '../shell/announce.ts';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { texts } from '../texts.ts';
import { AccessGroups } from './access-groups.tsx';
import { useBeginConsent } from './begin-consent.ts';
import { ConnectionBadge } from './connection-badge.tsx';
import { VisibilityForm } from './visibility-form.tsx';

/** A location's connection: its state, what to do about it, the site's groups, and who sees the digital key. */
export function ConnectionView({ location, connection }: { location: LocationBody; connection: ConnectionBody }) {
  const remedy = texts.statusRemedy[connection.status];
  const asksSalto = connection.status === 'connected' || connection.status === 'degraded';
  return (
    <Stack gap="xl">
      <Stack gap="sm">
        <Group>
          <ConnectionBadge status={connection.status} />
          {asksSalto && <Text>{texts.connection.connected(location.name)}</Text>}
        </Group>
        {remedy !== undefined && (
          <Alert color="orange" variant="outline" title={texts.status[connection.status]}>
            <Text size="sm">{remedy}</Text>
          </Alert>
        )}
        <Reconnect locationId={location.id} isUrgent={!asksSalto} />
      </Stack>
      {asksSalto && <AccessGroups connection={connection} />}
      <KeyVisibility key={connection.version} connection={connection} />
    </Stack>
  );
}

function Reconnect({ locationId, isUrgent }: { locationId: string; isUrgent: boolean }) {
  const begin = useBeginConsent(locationId);
  return (
    <div>
      <Group gap="sm">
        <Button variant={isUrgent ? 'filled' : 'default'} onClick={() => begin.mutate()} loading={begin.isPending}>
          {texts.connection.reconnect}
        </Button>
        <Text size="sm" c="dimmed">
          {texts.connection.reconnectHint}
        </Text>
      </Group>
      {begin.isError && <ProblemAlert error={begin.error} onRetry={() => begin.mutate()} />}
    </div>
  );
}

function KeyVisibility({ connection: { locationId, keyVisibility, version } }: { connection: ConnectionBody }) {
  const queries = useQueryClient();
  const { queryKey } = connectionOf(locationId);
  const save = useMutation({
    mutationFn: (roles: KeyRole[]) =>
      ask<ConnectionBody>('adapter', `/v1/connections/${locationId}/visibility`, {
        ...{ method: 'PUT', body: { keyVisibility: roles }, version },
      }),
    onSuccess: (saved) => {
      queries.setQueryData(queryKey, saved);
      announce(texts.key.saved);
    },
  });
  return (
    <section aria-labelledby="key">
      <Title order={2} size="h4" id="key" mb="sm">
        {texts.key.title}
      </Title>
      <VisibilityForm
        initial={keyVisibility}
        submitText={texts.key.save}
        isWorking={save.isPending}
        onSubmit={(roles) => save.mutate(roles)}
      />
      {save.isError && <ProblemAlert error={save.error} onRetry={() => void queries.invalidateQueries({ queryKey })} />}
    </section>
  );
}
