import type { ConnectionBody, ConnectionChoice, ConsentBody, KeyRole, LocationBody } from '@latchkey/contracts';
import { Button, Stack, Text } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate } from 'react-router';
import { ask } from '../api/api.ts';
import { connectionOf } from '../api/queries.ts';
import { announce } from '../shell/announce.ts';
import { PageTitle } from '../shell/page-title.tsx';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { texts } from '../texts.ts';
import type { ChosenSite } from './site-form.tsx';
import { Steps } from './steps.tsx';
import { allRoles, VisibilityForm } from './visibility-form.tsx';

interface Chosen {
  readonly consent: ConsentBody;
  readonly location: LocationBody;
  readonly connection: ConnectionBody | null;
  readonly chosen: ChosenSite;
  readonly back: () => void;
}

/** The last step: what is about to be connected, once more, and who sees the digital key. */
export function KeyStep({ consent, location, connection, chosen: { site, confirmations }, back }: Chosen) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const here = `/locations/${location.id}/salto-ks`;
  const connect = useMutation({
    mutationFn: (keyVisibility: KeyRole[]) => {
      const choice = { consentId: consent.id, accountId: consent.account.id, siteId: site.id, keyVisibility };
      const body: ConnectionChoice = { ...choice, confirmations: [...confirmations] };
      return ask<ConnectionBody>('adapter', `/v1/connections/${location.id}`, { method: 'PUT', body });
    },
    onSuccess: async (connected) => {
      queries.setQueryData(connectionOf(location.id).queryKey, connected);
      await navigate(here, { replace: true });
      announce(texts.connection.connected(location.name));
    },
  });
  const account = texts.site.account(consent.account.name, consent.account.email);
  return (
    <Stack>
      <PageTitle text={texts.key.title} />
      <Steps current={3} />
      <Text>{texts.key.summary(location.name, site.name, account)}</Text>
      <VisibilityForm
        initial={connection?.keyVisibility ?? allRoles}
        submitText={texts.key.connect(site.name)}
        isWorking={connect.isPending}
        onSubmit={(roles) => connect.mutate(roles)}
      >
        <Button variant="default" onClick={back}>
          {texts.back}
        </Button>
      </VisibilityForm>
      {connect.isError && (
        <ProblemAlert error={connect.error}>
          <Button component={Link} to={here} variant="default" replace>
            {texts.saltoKs.beginAgain}
          </Button>
        </ProblemAlert>
      )}
    </Stack>
  );
}
