import { factClasses, type Check, type FactClass } from './check.ts';
import { checkGroups } from './checks/all-checks.ts';
import { openQuestions } from './open-questions.ts';

const introduction = `# Conformance

What Salto KS is known to do, and what only guesses say. Made from the checks of \`src/conformance\` by \`npm run conformance:document -w libs/fake-salto-ks\`; a test keeps it so.

One suite asks over HTTP: the fake, at each run of the unit tests, and Salto's acceptance environment, where there are credentials. Without them that run is printed as _not verified_. No result of such a run is in this file: until somebody makes one, what is marked _open_ is open, and what is not marked rests on the sources of its class.

\`npm run conformance -w libs/fake-salto-ks -- [fake|acceptance]\` prints each check with what was expected and seen. A fact from which a Salto KS deviates fails. An open question is recorded, and only the fake is held to its guess. Each check removes what it made, and may change nothing else; a sweep at the end deletes leftovers by their name. So: one run at a time on a site.`;

const settings = `## Against Salto's acceptance environment

Use a site of your own for it. API and identity are asked at most 4 times in a second, and production hosts are refused. Some users get an e-mail at example.com, which takes no mail; Salto may keep their accounts when they are no longer users of the site.

${table(
  ['variable', 'is'],
  [
    ['`SALTO_CONFORMANCE_CLIENT_ID`, `…_CLIENT_SECRET`', 'the client'],
    ['`SALTO_CONFORMANCE_USER`, `…_PASSWORD`', 'an administrator of the site; or:'],
    [
      '`SALTO_CONFORMANCE_REFRESH_TOKEN_FILE`',
      'a file with a refresh token, into which the newest is written back; checks that spend tokens are then not verified',
    ],
    ['`SALTO_CONFORMANCE_SITE_ID`', 'the UUID of the only site on which anything is created'],
    ['`SALTO_CONFORMANCE_REDIRECT_URI`', 'an address registered for the client, to see consent begin (optional)'],
    ['`SALTO_CONFORMANCE_STALE_TOKEN`', 'an access token whose hour is over (optional)'],
    ['`SALTO_CONFORMANCE_SEATS_TO_FILL`', 'so many free seats may be filled for a moment (0): what a full site does'],
    ['`SALTO_CONFORMANCE_IDENTITY_URL`, `…_API_URL`, `…_HUB_URL`', "other hosts than those of Salto's documentation"],
  ],
)}`;

/** CONFORMANCE.md. */
export function conformanceDocument(): string {
  const classes = Object.entries(factClasses).map(([fact, meaning]) => `[${fact}] ${meaning}`);
  const groups = checkGroups.map(({ title, checks }) => `### ${title}\n\n${checkTable(checks)}`);
  const openChecks = checkGroups.flatMap(({ checks }) => checks.filter(({ fact }) => fact === '?'));
  return `${[
    introduction,
    settings,
    '## Facts',
    `${classes.join(' · ')}.`,
    ...groups,
    '## Open: only the real one could show it',
    'What the suite asks. The fake guesses:',
    table(
      ['question', 'guess', 'check', ''],
      openChecks.map(({ id, says, expected }) => [says, code(expected), `\`${id}\``, '_open_']),
    ),
    'What no program can see alone:',
    table(
      ['question', 'guess', 'needs', ''],
      openQuestions.map(({ question, guess, needs }) => [question, guess, needs, '_open_']),
    ),
  ].join('\n\n')}\n`;
}

function checkTable(checks: readonly Check[]): string {
  const mark: Record<FactClass, string> = { D: 'D', M: 'M', C: 'C', '?': '? _open_' };
  return table(
    ['check', 'class', 'fact', 'expected'],
    checks.map(({ id, fact, says, expected }) => [`\`${id}\``, mark[fact], says, code(expected)]),
  );
}

const code = (values: readonly string[]) => values.map((value) => `\`${value}\``).join(' or ');

/** A table of Markdown, its columns as wide as their cells: the way Prettier has it. */
function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((_, column) => Math.max(3, ...[head, ...rows].map((row) => row[column]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join(' | ')} |`;
  return [line(head), line(widths.map((width) => '-'.repeat(width))), ...rows.map(line)].join('\n');
}
