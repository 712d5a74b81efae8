/** The reason why somebody may open doors. */
export type EntitlementKind = 'subscription' | 'booking' | 'manual';

export interface Entitlement {
  readonly kind: EntitlementKind;
  readonly id: string;
}
