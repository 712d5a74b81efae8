import { styleText } from 'node:util';
import { load } from './machine.ts';

/** One line of the table at the end. */
export interface Figure {
  readonly name: string;
  readonly target: string;
  readonly result: string;
  /** Undefined where there is a result to look at, and no target. */
  readonly isMet?: boolean;
  /** The machine's while it was taken. */
  readonly load: string;
}

/** A figure with the load of this moment. */
export function figure(name: string, target: string, result: string, isMet?: boolean): Figure {
  return { name, target, result, load: load(), ...(isMet !== undefined && { isMet }) };
}

/** The table: figure, target, result, load. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map((each) => [mark(each), each.name, each.target, each.result, each.load]);
  const all = [['', 'figure', 'target', 'result', 'load'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  const lines = all.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return lines.map((line, index) => (index === 0 ? styleText('bold', line) : line)).join('\n');
}

function mark({ isMet }: Figure): string {
  if (isMet === undefined) return ' ';
  return isMet ? '✓' : '✗';
}
