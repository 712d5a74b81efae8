import type { ConnectionBody, ConsentBody, LocationBody } from '@latchkey/contracts';
import { Button, Stack, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Link } from 'react-router';
import { ask } from '../api/api.ts';
import { consentOf } from '../api/queries.ts';
import { PageTitle } from '../shell/page-title.tsx';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { Working } from '../shell/working.tsx';
import { texts } from '../texts.ts';
import { useBeginConsent } from './begin-consent.ts';
import { KeyStep } from './key-step.tsx';
import { SiteForm, type ChosenSite } from './site-form.tsx';
import { Steps } from './steps.tsx';

interface Given {
  readonly location: LocationBody;
  readonly connection: ConnectionBody | null;
}

/** A consent that was given and waits for a choice. It is read from the API, so a reload goes on where it was. */
export function GivenConsent({ consentId, ...given }: Given & { consentId: string }) {
  const consent = useQuery(consentOf(consentId));
  if (consent.isSuccess) return <Choosing consent={consent.data} {...given} />;
  return (
    <Stack>
      <PageTitle text={texts.site.title} />
      {consent.isPending && <Working text={texts.working.sites} />}
      {consent.isError && (
        <ProblemAlert error={consent.error} onRetry={() => void consent.refetch()}>
          <Button component={Link} to={`/locations/${given.location.id}/salto-ks`} replace>
            {texts.saltoKs.beginAgain}
          </Button>
        </ProblemAlert>
      )}
    </Stack>
  );
}

function Choosing({ consent, location, connection }: Given & { consent: ConsentBody }) {
  const [chosen, setChosen] = useState<ChosenSite>();
  const [isSiteRight, setSiteRight] = useState(false);
  if (chosen !== undefined && isSiteRight) {
    const back = () => setSiteRight(false);
    return <KeyStep {...{ consent, location, connection, chosen, back }} />;
  }
  const choose = (choice: ChosenSite) => {
    setChosen(choice);
    setSiteRight(true);
  };
  return (
    <Stack>
      <PageTitle text={texts.site.title} />
      <Steps current={2} />
      <Account consent={consent} />
      <SiteForm {...{ consent, location, connection, chosen }} onChoose={choose} />
    </Stack>
  );
}

/** Whose consent it is, and the way to another account. */
function Account({ consent: { id, locationId, account } }: { consent: ConsentBody }) {
  const begin = useBeginConsent(locationId);
  const change = useMutation({
    mutationFn: async () => {
      await ask('adapter', `/v1/consents/${id}`, { method: 'DELETE' });
      await begin.mutateAsync();
    },
  });
  return (
    <div>
      <Text>
        {texts.site.signedInAs}: <strong>{texts.site.account(account.name, account.email)}</strong>
      </Text>
      <Button variant="default" size="compact-sm" onClick={() => change.mutate()} loading={change.isPending}>
        {texts.site.anotherAccount}
      </Button>
      {change.isError && <ProblemAlert error={change.error} onRetry={() => change.mutate()} />}
    </div>
  );
}
