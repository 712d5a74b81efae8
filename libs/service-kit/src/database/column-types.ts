import type { ValueTransformer } from 'typeorm';

/**
 * `int8` as a number: `@Column({ type: 'int8', transformer: int8 })`. pg gives int8 as text, because it may exceed what
 * a number holds exactly; ours (versions, outbox ids) never do, and one that does fails loudly. Raw queries still give text.
 */
export const int8: ValueTransformer = {
  to: (value: number | null | undefined) => value,
  from: (value: string | null) => {
    if (value === null) return null;
    const number = Number(value);
    if (!Number.isSafeInteger(number)) throw new RangeError(`int8 ${value} is not exact as a number`);
    return number;
  },
};

/** `timestamptz` as epoch milliseconds: `@Column({ type: 'timestamptz', transformer: instant })`. Without it: a Date. */
export const instant: ValueTransformer = {
  to: (value: number | null | undefined) => (typeof value === 'number' ? new Date(value) : value),
  from: (value: Date | null) => value?.getTime() ?? null,
};
