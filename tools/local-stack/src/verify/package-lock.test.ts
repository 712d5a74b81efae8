import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { repositoryFolder } from '../paths.ts';

interface LockedPackage {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

// npm leaves out of the lock what it could not fetch for another platform, and then `npm ci` refuses that lock.
test('the lock names the optional packages of every platform', () => {
  const lock = readFileSync(join(repositoryFolder, 'package-lock.json'), 'utf8');
  const { packages } = JSON.parse(lock) as { packages: Record<string, LockedPackage> };
  const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies).filter(
      (name) => !packages[`node_modules/${name}`] && !packages[`${path}/node_modules/${name}`],
    ),
  );
  expect(missing).toEqual([]);
});
