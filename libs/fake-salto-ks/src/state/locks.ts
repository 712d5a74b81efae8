export interface Lock {
  id: string;
  site_id: string;
  customer_reference: string;
  lock_type: string;
  online: boolean;
}
