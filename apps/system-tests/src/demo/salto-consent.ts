import { demo } from '@latchkey/fake-salto-ks';
import type { System } from '../system/system.ts';

/**
 * A refresh token of the fake Salto KS's administrator, by the password grant that Salto keeps for demos. An
 * administrator of a real location gets one on Salto's consent page.
 */
export async function saltoRefreshToken(system: System): Promise<string> {
  const { client, administrator } = demo;
  const response = await fetch(`${system.saltoUrl}/connect/token`, {
    method: 'POST',
    headers: { authorization: `Basic ${Buffer.from(`${client.id}:${client.secret}`).toString('base64')}` },
    body: new URLSearchParams({
      grant_type: 'password',
      username: administrator.email,
      password: administrator.password,
      scope: 'user_api.full_access offline_access',
    }),
  });
  if (!response.ok) throw new Error(`the fake Salto KS gave no token: ${response.status} ${await response.text()}`);
  return ((await response.json()) as { refresh_token: string }).refresh_token;
}
