import type { ConsentBody, ConsentCompletion } from '@latchkey/contracts';
import { Button, Stack } from '@mantine/core';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, Navigate, useSearchParams } from 'react-router';
import { ask } from '../api/api.ts';
import { consentOf } from '../api/queries.ts';
import { PageTitle } from '../shell/page-title.tsx';
import { ProblemAlert } from '../shell/problem-alert.tsx';
import { Working } from '../shell/working.tsx';
import { texts } from '../texts.ts';
import { locationOfLastConsent } from './begin-consent.ts';
import { Steps } from './steps.tsx';

/**
 * Where Salto sends browsers back to. What it brought is good for one use, by whoever began: it is posted once, with
 * the administrator's own token, and does not stay in the browser's history.
 */
export function ConsentReturnPage() {
  const [parameters] = useSearchParams();
  const queries = useQueryClient();
  const completed = useQuery({
    queryKey: ['completion', parameters.get('state')],
    queryFn: async () => {
      const body = completionOf(parameters);
      const consent = await ask<ConsentBody>('adapter', '/v1/consents/completions', { method: 'POST', body });
      queries.setQueryData(consentOf(consent.id).queryKey, consent);
      return consent;
    },
    staleTime: Infinity,
    gcTime: Infinity,
  });
  if (completed.isSuccess) {
    const { id, locationId } = completed.data;
    return <Navigate to={`/locations/${locationId}/salto-ks?consent=${id}`} replace />;
  }
  const locationId = locationOfLastConsent();
  return (
    <Stack>
      <PageTitle text={texts.saltoKs.returned} />
      <Steps current={1} />
      {completed.isPending && <Working text={texts.working.consent} />}
      {completed.isError && (
        <ProblemAlert error={completed.error}>
          <Button component={Link} to={locationId === null ? '/' : `/locations/${locationId}/salto-ks`} replace>
            {locationId === null ? texts.saltoKs.toLocations : texts.saltoKs.beginAgain}
          </Button>
        </ProblemAlert>
      )}
    </Stack>
  );
}

/** What Salto put into the address, as far as the API takes it. */
function completionOf(parameters: URLSearchParams): ConsentCompletion {
  const given = ['state', 'code', 'error', 'iss'].flatMap((name) => {
    const value = parameters.get(name);
    return value === null ? [] : [[name, value]];
  });
  return Object.fromEntries(given) as ConsentCompletion;
}
