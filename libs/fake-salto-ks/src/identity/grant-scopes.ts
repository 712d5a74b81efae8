import type { Provider } from 'oidc-provider';
import { API_RESOURCE } from './api-resource.ts';

/** Remembers what an account allowed a client; the grant's id. */
export function grantScopes(
  provider: Provider,
  { clientId, accountId, scope }: { clientId: string; accountId: string; scope: string },
): Promise<string> {
  const grant = new provider.Grant({ clientId, accountId });
  grant.addOIDCScope(scope);
  grant.addResourceScope(API_RESOURCE, scope);
  return grant.save();
}
