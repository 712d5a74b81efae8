import type { BegunConsent } from '@latchkey/contracts';
import { useMutation } from '@tanstack/react-query';
import { ask } from '../api/api.ts';

const REMEMBERED = 'latchkey.connecting';

/** Begins a consent and takes the browser to Salto. */
export function useBeginConsent(locationId: string) {
  return useMutation({
    mutationFn: async () => {
      const path = `/v1/connections/${locationId}/consents`;
      const { authorizationUrl } = await ask<BegunConsent>('adapter', path, { method: 'POST' });
      sessionStorage.setItem(REMEMBERED, locationId);
      location.assign(authorizationUrl);
      return new Promise<never>(() => undefined); // until the browser has left
    },
  });
}

/** The location whose consent this tab began last: what Salto sends back does not tell it to the page. */
export function locationOfLastConsent(): string | null {
  return sessionStorage.getItem(REMEMBERED);
}
