import { describeInstant } from '@latchkey/access-domain/time-zone';
import { remedyFor } from '@latchkey/contracts';
import type { GrantRecord } from '../ledger/grant-record.ts';
import { isConfirmed, type PairState } from '../ledger/pair-state.ts';
import type { Sites } from '../ledger/sites.ts';
import type { Subject } from './subject.ts';

/** Temporal UI shows so many lines well; a company of 500 has more. */
const LINES = 40;

/** What Temporal UI shows of the plan, in Markdown: who, which groups, what is wrong, tried next when. Ids only. */
export function detailsOf(
  subject: Subject,
  grants: readonly GrantRecord[],
  pairs: readonly PairState[],
  sites: Sites,
): string {
  const when = (instant: number) => describeInstant(instant, subject.timeZone ?? 'UTC');
  const troubles = pairs.filter((pair) => !isConfirmed(pair)).flatMap((pair) => trouble(pair, sites, when));
  const rows = grants.map((record) => line(record, when));
  const lines = [...troubles, ...rows];
  const rest = lines.length > LINES ? [`… and ${lines.length - LINES} more`] : [];
  const head = subject.locationId === null ? 'Not known (any more).' : `Location \`${subject.locationId}\``;
  return [head, '', ...lines.slice(0, LINES), ...rest].join('\n');
}

function line({ memberId, grant, status, errorCode }: GrantRecord, when: (instant: number) => string): string {
  const until = grant.closesAt === null ? 'no end' : when(grant.closesAt);
  const window = `${when(grant.opensAt)} – ${until}`;
  const wrong = errorCode === null ? '' : ` (${errorCode})`;
  return `- member \`${memberId}\`, group \`${grant.groupId}\`: **${status}**${wrong}, ${window}`;
}

function trouble(pair: PairState, sites: Sites, when: (instant: number) => string): string[] {
  const who = `⚠ member \`${pair.memberId}\``;
  if (sites.state(pair.siteId) === 'broken')
    return [`- ${who}: the connection does not work, and waits for somebody to cure it`];
  if (pair.failure === null) return [];
  const next = pair.nextAttemptAt === null ? 'now' : when(pair.nextAttemptAt);
  const { code, message } = pair.failure;
  return [`- ${who}: ${code}, ${message}. ${remedyFor(code)} Tried next ${next} (attempt ${pair.attempts + 1})`];
}
