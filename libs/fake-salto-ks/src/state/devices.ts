/** A phone that a Salto account registered for its digital key. */
export interface Device {
  id: string;
  account_id: string;
  /** The app's own name for its installation. */
  device_uid: string;
  device_name: string;
  /** Base64 of the key that the phone made; null until it is sent. */
  public_key: string | null;
  /** The last key that was given out, which a lock knows as the account's; null before. */
  mkey_data: string | null;
}
