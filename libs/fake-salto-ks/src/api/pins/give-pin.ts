import { randomInt } from 'node:crypto';
import { guessed } from '../../http/errors.ts';
import type { Answer } from '../../http/answer.ts';
import { json } from '../../http/answer.ts';
import type { SiteUser } from '../../state/site-users.ts';
import type { SiteCall } from '../api-route.ts';

/** Gives a user these digits from now on; the former ones end when locks have heard of it. */
export function givePin(call: SiteCall<unknown>, user: SiteUser, code: string, expiry_date: string | null): void {
  const { state, site, now } = call;
  if (!site.pin_enabled) throw guessed.featureMissing('pin_enabled');
  const reaches_lock_at = now + state.settings.lock_spread_seconds * 1000;
  user.pin = { code, expiry_date, reaches_lock_at, before: user.pin?.code ?? null };
}

/** Six digits that nobody on the site has. */
export function freeCode(call: SiteCall<unknown>): string {
  for (;;) {
    const code = String(randomInt(1_000_000)).padStart(6, '0');
    if (!isTaken(call, code)) return code;
  }
}

export function isTaken({ state, site }: SiteCall<unknown>, code: string): boolean {
  return state.siteUsers.ofSite(site.id).some(({ pin }) => pin?.code === code);
}

/** A PIN is the whole body: a bare JSON string (measured), or plain text as others saw it. */
export function pinAnswer({ state }: SiteCall<unknown>, code: string): Answer {
  if (state.settings.pin_answer === 'json_string') return json(200, code);
  return { status: 200, body: code, type: 'text/plain; charset=utf-8' };
}
