export const roleCodes = ['site_admin', 'site_user', 'site_guest'] as const;
export type RoleCode = (typeof roleCodes)[number];

/** A role of one site: ids differ per site, codes do not. */
export interface Role {
  id: string;
  customer_reference: string;
  code: RoleCode;
}

/** What a site of today usually includes. */
export const usualFeatures: readonly string[] = ['pods', 'events_streaming', 'nfc', 'events_storage', 'activity_log'];

export interface Site {
  id: string;
  /** The readable id ("FR0000000001"); the API refuses it where it wants `id`. */
  site_uid: string;
  customer_reference: string;
  /** IANA name; schedules are naive local times of this zone. */
  time_zone: string;
  /** Seats. When they are used up, new users silently become `suspended`. */
  user_amount: number;
  subscription_valid: boolean;
  /** What the subscription includes, such as `events_streaming` for the event hub. */
  features: string[];
  roles: Role[];
}
