import type { ConnectionBody, LocationBody } from '@latchkey/contracts';
import { Anchor, Button, Stack } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams, useSearchParams } from 'react-router';
import { connectionOf, myLocations } from '../api/queries.ts';
import { Problem } from '../api/problem.ts';
import { PageTitle } from '../shell/page-title.tsx';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { Working } from '../shell/working.tsx';
import { texts } from '../texts.ts';
import { Checklist } from './checklist.tsx';
import { ConnectionView } from './connection-view.tsx';
import { GivenConsent } from './given-consent.tsx';

/** Salto KS of one location: how to connect it, a consent that waits for a choice, or the connection as it is. */
export function SaltoKsPage() {
  const { locationId = '' } = useParams();
  const locations = useQuery(myLocations);
  const connection = useQuery(connectionOf(locationId));
  const failed = [locations, connection].find(({ isError }) => isError);
  const location = locations.data?.find(({ id }) => id === locationId);
  if (location !== undefined && connection.data !== undefined) {
    return <OfLocation location={location} connection={connection.data} />;
  }
  return (
    <>
      <PageTitle text={texts.saltoKs.name} />
      {locations.isSuccess && location === undefined ? (
        <NotMine />
      ) : failed?.error ? (
        <ProblemAlert error={failed.error} onRetry={() => void failed.refetch()} />
      ) : (
        <Working text={texts.working.connection} />
      )}
    </>
  );
}

function OfLocation({ location, connection }: { location: LocationBody; connection: ConnectionBody | null }) {
  const [parameters] = useSearchParams();
  const consentId = parameters.get('consent');
  if (consentId !== null) {
    return <GivenConsent key={consentId} consentId={consentId} location={location} connection={connection} />;
  }
  return (
    <Stack>
      <Anchor component={Link} to="/" underline="always" size="sm">
        {texts.locations.title}
      </Anchor>
      <PageTitle text={texts.saltoKs.title(location.name)} />
      {connection === null || connection.status === 'disconnected' ? (
        <Checklist locationId={location.id} wasDisconnected={connection !== null} />
      ) : (
        <ConnectionView location={location} connection={connection} />
      )}
    </Stack>
  );
}

function NotMine() {
  return (
    <ProblemAlert error={new Problem({ code: 'location_forbidden', ...texts.locations.notYours })}>
      <Button component={Link} to="/">
        {texts.saltoKs.toLocations}
      </Button>
    </ProblemAlert>
  );
}
