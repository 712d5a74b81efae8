import type { LocationBody } from '@latchkey/contracts';
import { Anchor, Card, Group, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link } from 'react-router';
import { connectionOf, myLocations } from '../api/queries.ts';
import { ConnectionBadge } from '../salto-ks/connection-badge.tsx';
import { PageTitle } from '../shell/page-title.tsx';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { Working } from '../shell/working.tsx';
import { texts } from '../texts.ts';

/** The administrator's locations, each with the state of its connection. */
export function LocationsPage() {
  const locations = useQuery(myLocations);
  return (
    <Stack>
      <PageTitle text={texts.locations.title} />
      {locations.isPending && <Working text={texts.working.locations} />}
      {locations.isError && <ProblemAlert error={locations.error} onRetry={() => void locations.refetch()} />}
      {locations.data?.length === 0 && (
        <Text>
          {texts.locations.none} {texts.locations.noneRemedy}
        </Text>
      )}
      <Stack component="ul" className="plain">
        {locations.data?.map((location) => (
          <LocationCard key={location.id} location={location} />
        ))}
      </Stack>
    </Stack>
  );
}

function LocationCard({ location: { id, name, timeZone } }: { location: LocationBody }) {
  const connection = useQuery(connectionOf(id));
  return (
    <Card withBorder component="li">
      <Group justify="space-between">
        <div>
          <Text fw={600}>{name}</Text>
          <Text size="sm" c="dimmed">
            {texts.locations.zone(timeZone)}
          </Text>
        </div>
        <Group>
          {connection.data !== undefined && <ConnectionBadge status={connection.data?.status} />}
          <Anchor component={Link} to={`/locations/${id}/salto-ks`} underline="always">
            {texts.locations.open(name)}
          </Anchor>
        </Group>
      </Group>
      {connection.isError && <ProblemAlert error={connection.error} onRetry={() => void connection.refetch()} />}
    </Card>
  );
}
