import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const root = join(import.meta.dirname, '../../../..');
const documents = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\0')
  .filter((file) => file !== '' && existsSync(join(root, file)));

/** The relative targets of a document's links, images included, without fragments. */
function linkedPaths(document: string): string[] {
  const text = readFileSync(join(root, document), 'utf8').replaceAll(/```[\s\S]*?```/g, '');
  return [...text.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target]) => (target ?? '').split('#')[0] ?? '')
    .filter((target) => target !== '' && !/^[a-z]+:/i.test(target));
}

test.each(documents)('every path that %s links to exists', (document) => {
  const missing = linkedPaths(document).filter((target) => !existsSync(join(root, dirname(document), target)));
  expect(missing).toEqual([]);
});

test('the story of a booking names the folders that it passes', () => {
  const story = linkedPaths('docs/how-a-booking-opens-a-door.md').join('\n');
  for (const part of ['billing-gateway', 'access-service', 'access-workflows', 'access-domain', 'salto-adapter']) {
    expect(story).toContain(part);
  }
});

test('every line of the proofs names a test by the name that it has', () => {
  const lines = readFileSync(join(root, 'docs/proofs.md'), 'utf8').split('\n');
  const proofs = lines.filter((line) => /^\| (?!claim |---)/.test(line));
  const unproven = proofs.filter((line) => {
    const [, name, path] = / \| “(.+)” +\| \[[^\]]+\]\((.+)\) +\|$/.exec(line) ?? [];
    return name === undefined || path === undefined || !hasTest(join(root, 'docs', path), name);
  });
  expect(proofs).not.toEqual([]);
  expect(unproven).toEqual([]);
});

function hasTest(file: string, name: string): boolean {
  const source = readFileSync(file, 'utf8').replaceAll(/\(\s+/g, '(');
  return [`'`, `"`, '`'].some((quote) => source.includes(`(${quote}${name}${quote}`));
}
