import type { Lab } from './lab.ts';

/** Where a fact about Salto KS comes from. */
export const factClasses = {
  D: 'documented by Salto',
  M: 'measured at a Salto site by a public project',
  C: 'seen in the code of public clients',
  '?': 'open question: nobody published it',
} as const;
export type FactClass = keyof typeof factClasses;

/** One sentence about Salto KS and the way to see over HTTP whether it is so. */
export interface Check {
  /** `group.what`; stays the same when the sentence is worded better. */
  readonly id: string;
  readonly fact: FactClass;
  readonly says: string;
  /** What may be seen, any of these; of an open question, what the fake guesses. */
  readonly expected: readonly string[];
  /** What the fake must show of these: it can be made to, where Salto only sometimes does. */
  readonly ofFake?: string;
  readonly see: (lab: Lab) => Promise<string>;
}

export interface CheckGroup {
  readonly title: string;
  readonly checks: readonly Check[];
}

interface Spec {
  id: string;
  says: string;
  see: Check['see'];
}

/** A fact: whatever differs from it fails. */
export function must(
  spec: Spec & { fact: Exclude<FactClass, '?'>; expected: string | readonly string[]; ofFake?: string },
): Check {
  return { ...spec, expected: [spec.expected].flat() };
}

/** An open question: what is seen is recorded, and only the fake is held to its guess. */
export function observe({ guess, ...spec }: Spec & { guess: string }): Check {
  return { ...spec, fact: '?', expected: [guess] };
}

/** What may be seen of a check at the fake, or at another Salto KS. */
export function expectedOf({ expected, ofFake }: Check, { isFake }: { isFake: boolean }): readonly string[] {
  return isFake && ofFake !== undefined ? [ofFake] : expected;
}

/** Thrown by a check that cannot be done here, with what is missing: neither passed nor failed. */
export class NotVerifiable extends Error {
  override readonly name = 'NotVerifiable';
}
