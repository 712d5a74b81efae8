import { remedyFor } from '@latchkey/contracts';
import { format } from 'prettier';
import { isPossible, meetings, operations, type Cell, type Impossible, type OperationName } from './cell.ts';
import { matrix } from './matrix.ts';

const rows = Object.values(matrix).map((row: (typeof matrix)[keyof typeof matrix] & { cure?: string }) => row);
const names = Object.keys(operations) as OperationName[];
const cells = rows.flatMap((row) => names.map((name): Cell | Impossible => row.cells[name]));

/** Each reason once, in the order of the cells. */
const reasons = [...new Set(cells.flatMap((cell) => (isPossible(cell) ? [] : [cell.why])))];
const codes = [
  ...new Set(cells.flatMap((cell) => (isPossible(cell) ? [cell.code, cell.then].filter(isDefined) : []))),
].sort();

/** docs/fault-matrix.md. */
export function faultMatrixDocument(): Promise<string> {
  const sections = [
    introduction,
    table(
      ['fault', ...Object.values(operations)],
      rows.map((row) => [row.fault, ...names.map((name) => textOf(row.cells[name]))]),
    ),
    `—: ${reasons.map((why, index) => `(${index + 1}) ${why}`).join(' ')}`,
    '## What the words mean',
    table(
      ['', 'what the administrator sees'],
      Object.values(meetings).map(({ word, means }) => [`_${word}_`, means]),
    ),
    elsewhere,
    '## What is read at each code',
    table(
      ['code', 'remedy'],
      codes.map((code) => [`\`${code}\``, remedyFor(code)]),
    ),
    '## What ends a fault',
    'The others end by themselves.',
    table(
      ['fault', 'ends when'],
      rows.flatMap(({ fault, cure }) => (cure === undefined ? [] : [[fault, cure]])),
    ),
    proof,
  ];
  return format(sections.join('\n\n'), { parser: 'markdown', printWidth: 120 });
}

const introduction = `# Fault matrix

What becomes of each operation while Salto KS fails in each way. Made from the expectations of [the test that plays them](../apps/salto-adapter/src/fault-matrix/fault-matrix.int.test.ts) by \`npm run fault-matrix:document -w apps/salto-adapter\`; a test keeps it so.

- _link_: find the Salto user that an administrator has confirmed, and put it into a group. _create_: make one, and put it in.
- _add_: into one group. _remove_: from two groups, one of which has the fault.
- _refresh_: a new access token, where Salto gives a new refresh token each time (_rotating_), and where it leaves the old one good (_lasting_). Which of the two Salto does is not known.
- _list_: the members of a group, second page, for the check of a site.

The fault hits the one call that gives the operation its name; faults that somebody causes by hand, and those of the whole connection, hit all. \`×2\`: so many requests that change something were sent until all was as wanted, where that is more than without the fault.`;

const elsewhere = `Of a _refresh_ one sees what the grants tell that need the token; \`connection_needs_reconnect\`, \`insufficient_permissions\` and \`site_subscription_expired\` are also states of the connection, each told once. A _list_ that failed is left to the next check of the site, five minutes later; the details of the check name the group. A group that is gone is a problem of the group on the Integrations page.`;

const proof = `## What holds in every case

- When the fault is over and the operation is repeated as workflows do, the member is in the groups that are wanted and in no other; one Salto user was made at most, and none where there was one.
- What we put there stays ours, also where the answer was lost: it can be removed afterwards. What others put there stays as it is.
- A group that is gone, or fails, holds up no other group.
- The e-mail of a Salto administrator links nothing, even if somebody has confirmed the link before the user became one: it gets into no group.
- Tokens are not lost silently: the connection works, or says once that it must be connected again.
- The budget is kept over all of it.

Longer outages, two replicas and crashes have tests of their own: [proofs](proofs.md).
`;

function textOf(cell: Cell | Impossible): string {
  if (!isPossible(cell)) return `— (${reasons.indexOf(cell.why) + 1})`;
  const { met, code, writes, then } = cell;
  const isMore = writes !== undefined;
  return [
    code === undefined ? meetings[met].word : `${meetings[met].word}: \`${code}\``,
    ...(then === undefined ? [] : [`then \`${then}\``]),
    ...(isMore ? [`×${writes}`] : []),
  ].join(', ');
}

function table(head: readonly string[], lines: readonly (readonly string[])[]): string {
  const all = [head, head.map(() => '---'), ...lines];
  return all.map((line) => `| ${line.join(' | ')} |`).join('\n');
}

function isDefined<T>(value: T | undefined): value is T {
  return value !== undefined;
}
