export const roleCodes = ['site_admin', 'site_user', 'site_guest'] as const;
export type RoleCode = (typeof roleCodes)[number];

/** A role of one site: ids differ per site, codes do not. */
export interface Role {
  id: string;
  customer_reference: string;
  code: RoleCode;
}

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
  roles: Role[];
}
