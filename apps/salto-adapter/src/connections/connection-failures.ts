import type { ConnectionState, FailureCode } from '@latchkey/contracts';

/** Why nothing may be asked of Salto over a connection in this state. */
export function failureOf(status: ConnectionState['status']): FailureCode | undefined {
  switch (status) {
    case 'connected':
    case 'degraded':
    case 'disconnecting':
      return undefined;
    case 'needs_reconnect':
      return 'connection_needs_reconnect';
    case 'insufficient_permissions':
    case 'site_subscription_expired':
      return status;
    case 'disconnected':
      return 'connection_disconnected';
  }
}
