import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';
import { demo, demoSeed } from './demo-seed.ts';
import { createFakeSaltoKs } from './fake-salto-ks.ts';

/** Membership changes that the fake must serve per second, or it would be the bottleneck of a benchmark. */
const REQUIRED_PER_SECOND = 1000;
const PEOPLE = 2000;
const AT_ONCE = 20;

/** Prints requests per second by kind (caller and fake in one process); exits with 1 when changes are too slow. */
async function main(): Promise<void> {
  await using fake = await (await createFakeSaltoKs({ seed: demoSeed() })).listen();
  const agent = new Agent({ keepAlive: true, maxSockets: AT_ONCE });
  const authorization = `Bearer ${await fake.accessToken(demo.administrator.id)}`;
  const site = `${fake.url}/v1.2/sites/${demo.paris.id}`;
  const members = `${site}/access_groups/${demo.paris.groups.roomA}/users`;
  const role_ids = fake.state.sites
    .get(demo.paris.id)
    ?.roles.slice(1, 2)
    .map(({ id }) => id);

  const call = (method: string, url: string, body?: object) =>
    new Promise<string>((resolve, reject) => {
      const outgoing = request(url, { method, agent, headers: { authorization } }, (answer) => {
        text(answer).then(resolve, reject);
      });
      outgoing.on('error', reject).end(body && JSON.stringify(body));
    });
  const create = async (at: number) => {
    const body = { first_name: 'Ada', last_name: 'Lovelace', email: `ada${at}@example.org`, role_ids };
    return (JSON.parse(await call('POST', `${site}/users`, body)) as { user: { id: string } }).user.id;
  };
  const find = (at: number) =>
    call('GET', `${site}/users?$filter=${encodeURIComponent(`user/email eq 'ada${at}@example.org'`)}`);

  const numbers = Array.from({ length: PEOPLE }, (_, at) => at);
  const { results: ids } = await measure('create a user', numbers, create);
  await measure('find one by e-mail', numbers.slice(0, 500), find);
  const added = await measure('add a member', ids, (user_id) => call('POST', members, { user_id }));
  await measure('list a page of members', numbers.slice(0, 500), () => call('GET', members));
  const removed = await measure('remove a member', ids, (id) => call('DELETE', `${members}/${id}`));
  agent.destroy();
  if (Math.min(added.perSecond, removed.perSecond) < REQUIRED_PER_SECOND) process.exitCode = 1;
}

async function measure<T, R>(what: string, items: readonly T[], work: (item: T) => Promise<R>) {
  const queue = items.values();
  const results: R[] = [];
  const startedAt = performance.now();
  const worker = async () => {
    for (const item of queue) results.push(await work(item));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  const perSecond = Math.round((items.length / (performance.now() - startedAt)) * 1000);
  process.stdout.write(`${String(perSecond).padStart(6)}/s  ${what}\n`);
  return { results, perSecond };
}

await main();
