/** `timestamptz` as pg reads it, to epoch ms. */
export function epochMs(value: Date): number;
export function epochMs(value: Date | null): number | null;
export function epochMs(value: Date | null): number | null {
  return value === null ? null : value.getTime();
}

/** Epoch ms as PostgreSQL reads it. */
export function timestamp(value: number): string;
export function timestamp(value: number | null): string | null;
export function timestamp(value: number | null): string | null {
  return value === null ? null : new Date(value).toISOString();
}
