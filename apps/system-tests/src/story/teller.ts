import { styleText } from 'node:util';
import { eventually } from '@latchkey/test-kit';

/** Says a story as it happens. Each line has the time since its cause. */
export class Teller {
  readonly #say: (line: string) => void;
  #causedAt = performance.now();

  constructor(say: (line: string) => void = console.log) {
    this.#say = say;
  }

  chapter(title: string, link?: string): void {
    this.#say(`\n${styleText('bold', title)}${link === undefined ? '' : `\n${styleText('dim', `  ${link}`)}`}`);
  }

  link(label: string, url: string): void {
    this.#say(styleText('dim', `            ${label} ${url}`));
  }

  /** What somebody does; the lines after it count from here. */
  async cause<Result>(what: string, act: () => Promise<Result>): Promise<Result> {
    this.#causedAt = performance.now();
    const result = await act();
    this.#line('▶', what);
    return result;
  }

  /** From now on lines count from an instant that the clock brings about, epoch ms. */
  causedAt(instant: number): void {
    this.#causedAt = performance.now() + (instant - Date.now());
  }

  /** Waits for what should follow, and says when it did. Throws when it does not happen in time. */
  async follows<Result>(what: string, check: () => Promise<Result>, timeoutMs = 20_000): Promise<Result> {
    try {
      const result = await eventually(check, { timeoutMs, intervalMs: 50 });
      this.#line('✓', what, 'green');
      return result;
    } catch (error) {
      this.#line('✗', what, 'red');
      throw error;
    }
  }

  /** What is so now, without waiting. */
  async now(what: string, check: () => Promise<boolean>): Promise<void> {
    if (!(await check())) {
      this.#line('✗', what, 'red');
      throw new Error(`It is not so: ${what}`);
    }
    this.#line('✓', what, 'green');
  }

  #line(mark: string, what: string, colour?: 'green' | 'red'): void {
    const seconds = ((performance.now() - this.#causedAt) / 1000).toFixed(2);
    const text = `${mark} ${what}`;
    this.#say(
      `${`${seconds.startsWith('-') ? '' : '+'}${seconds} s`.padStart(10)}  ${colour ? styleText(colour, text) : text}`,
    );
  }
}
