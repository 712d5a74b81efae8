import { texts } from '../texts.ts';

/** The steps of connecting. @param current counted from 0 */
export function Steps({ current }: { current: number }) {
  return (
    <ol className="steps" aria-label={texts.saltoKs.stepsLabel}>
      {texts.saltoKs.steps.map((step, index) => (
        <li key={step} aria-current={index === current ? 'step' : undefined}>
          {step}
        </li>
      ))}
    </ol>
  );
}
