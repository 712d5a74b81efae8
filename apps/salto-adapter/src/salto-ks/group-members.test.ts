import { GroupMembers } from './group-members.ts';

/** A group whose reads end when the test says so. */
function slowGroup() {
  const reads: { end: (members: string[]) => void; fail: () => void }[] = [];
  const load = () =>
    new Promise<ReadonlySet<string>>((resolve, reject) =>
      reads.push({ end: (members) => resolve(new Set(members)), fail: () => reject(new Error('Salto is down')) }),
    );
  return { reads, load };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test('those who ask while a read runs share the next one, since theirs must begin after they asked', async () => {
  const { reads, load } = slowGroup();
  const members = new GroupMembers();
  const first = members.read('group', 1, () => 0, load);
  const second = members.read('group', 1, () => 0, load);
  const third = members.read('group', 1, () => 0, load);
  expect(reads).toHaveLength(1);
  reads[0]?.end(['ada']);
  expect([...(await first).members]).toEqual(['ada']);
  await turn();
  expect(reads).toHaveLength(2);
  reads[1]?.end(['ada', 'bruno']);
  expect((await second).members).toBe((await third).members);
  expect([...(await second).members]).toEqual(['ada', 'bruno']);
});

test('who tolerates an age joins a young read and not an old one', async () => {
  const { reads, load } = slowGroup();
  let now = 1_000;
  const members = new GroupMembers(() => now);
  const first = members.read('group', 1, () => 0, load);
  now += 50;
  const joined = members.read('group', 1, () => 100, load);
  reads[0]?.end(['ada']);
  expect(await joined).toEqual({ members: (await first).members, ageMs: 50 });
  now += 100;
  void members.read('group', 1, () => 100, load);
  expect(reads).toHaveLength(2);
});

test('a read of many pages may serve longer than one of a single page, and counts while it runs', async () => {
  let now = 1_000;
  let reads = 0;
  const members = new GroupMembers(() => now);
  const load = (onPage: () => void) => {
    reads += 1;
    onPage();
    onPage();
    onPage();
    return Promise.resolve(new Set(['ada']));
  };
  const ten = (ofPages: number) => ofPages * 10;
  await members.read('group', 1, ten, load);
  now += 30;
  await members.read('group', 1, ten, load);
  expect(reads).toBe(1);
  now += 1;
  await members.read('group', 1, ten, load);
  expect(reads).toBe(2);
});

test('a failed read fails those who shared it and nobody else', async () => {
  const { reads, load } = slowGroup();
  const members = new GroupMembers();
  const first = members.read('group', 1, () => 0, load);
  const second = members.read('group', 1, () => 0, load);
  reads[0]?.fail();
  await expect(first).rejects.toThrow('Salto is down');
  await turn();
  reads[1]?.end(['ada']);
  expect([...(await second).members]).toEqual(['ada']);
});

test('nobody waits for a read that less urgent ones are about to begin', async () => {
  const { reads, load } = slowGroup();
  const members = new GroupMembers();
  const check = members.read('group', 4, () => 60_000, load);
  const another = members.read('group', 4, () => 60_000, load);
  const now = members.read('group', 1, () => 60_000, load);
  expect(reads).toHaveLength(2);
  reads[1]?.end(['ada']);
  expect([...(await now).members]).toEqual(['ada']);
  reads[0]?.end(['ada', 'bruno']);
  expect((await check).members).toBe((await another).members);
});

test('a read that has begun serves everybody', async () => {
  const { reads, load } = slowGroup();
  const members = new GroupMembers();
  const check = members.read(
    'group',
    4,
    () => 60_000,
    (onPage) => {
      onPage();
      onPage();
      return load();
    },
  );
  const now = members.read('group', 1, () => 60_000, load);
  reads[0]?.end(['ada']);
  expect((await now).members).toBe((await check).members);
  expect(reads).toHaveLength(1);
});
