export const roleCodes = [
  'site_admin',
  'site_user',
  'site_guest',
  'site_mobile_user',
  'site_remote_office_mode_user',
  'site_pod_member',
] as const;
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
  subscription_type: string;
  /** What is paid for. `custom_pin` lets one choose PINs, `events_streaming` opens the event hub. */
  features: string[];
  pin_enabled: boolean;
  /** `released` once the installer is done. */
  installation_state: string;
  mkey_compatible: boolean;
  roles: Role[];
}

/** An ordinary site, as one was measured. */
export const siteDefaults = {
  subscription_valid: true,
  subscription_type: 'default',
  features: [
    'pods',
    'events_streaming',
    'smart_tag_assignment',
    'time_and_attendance_report',
    'nfc',
    'events_storage',
    'activity_log',
  ],
  pin_enabled: true,
  installation_state: 'released',
  mkey_compatible: true,
};
