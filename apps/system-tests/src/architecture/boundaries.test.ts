import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

type Planted = [why: string, file: string, code: string];

const refused: Planted[] = [
  ['the domain imports no library', 'libs/access-domain/src/planted.ts', `import { z } from 'zod';\nexport default z;`],
  [
    'the domain imports no Node built-in',
    'libs/access-domain/src/planted.ts',
    `import fs from 'node:fs';\nexport default fs;`,
  ],
  [
    'the domain does not know the contracts',
    'libs/access-domain/src/planted.ts',
    `import { topics } from '@latchkey/contracts';\nexport default topics;`,
  ],
  [
    'a workflow imports no TypeORM, which Temporal would bundle silently',
    'libs/access-workflows/src/planted.ts',
    `import { DataSource } from 'typeorm';\nexport default DataSource;`,
  ],
  [
    'a workflow does not know the contracts',
    'libs/access-workflows/src/planted.ts',
    `import { topics } from '@latchkey/contracts';\nexport default topics;`,
  ],
  ['a workflow has no time zones', 'libs/access-workflows/src/planted.ts', `export default new Intl.DateTimeFormat();`],
  [
    'contracts import zod only',
    'libs/contracts/src/planted.ts',
    `import { Module } from '@nestjs/common';\nexport default Module;`,
  ],
  [
    'the service kit knows no rule of the domain',
    'libs/service-kit/src/planted.ts',
    `import { compareRevisions } from '@latchkey/access-domain';\nexport default compareRevisions;`,
  ],
  [
    'an app imports no app, not even a type',
    'apps/access-service/src/planted.ts',
    `import type { Config } from '../../salto-adapter/src/config.ts';\nexport type Planted = Config;`,
  ],
  [
    'production code does not import the fake',
    'apps/salto-adapter/src/planted.ts',
    `import * as fake from '@latchkey/fake-salto-ks';\nexport default fake;`,
  ],
  [
    'kafkajs stays behind the service kit',
    'apps/access-service/src/planted.ts',
    `import { Kafka } from 'kafkajs';\nexport default Kafka;`,
  ],
  [
    'the console knows nothing of the services but their contracts',
    'apps/console/src/planted.ts',
    `import { logger } from '@latchkey/service-kit';\nexport default logger;`,
  ],
  [
    'its page takes no code of the contracts',
    'apps/console/src/page/planted.tsx',
    `import { keyRoles } from '@latchkey/contracts';\nexport default keyRoles;`,
  ],
  ['only config.ts reads the environment', 'apps/access-service/src/planted.ts', `export default process.env['HOME'];`],
];

const allowed: Planted[] = [
  [
    'a workflow uses the domain',
    'libs/access-workflows/src/planted.ts',
    `import { compareRevisions } from '@latchkey/access-domain';\nexport default compareRevisions;`,
  ],
  [
    'an app uses the service kit and the contracts',
    'apps/billing-gateway/src/planted.ts',
    `import { topics } from '@latchkey/contracts';\nexport default topics;`,
  ],
  [
    'a test imports the fake',
    'apps/salto-adapter/src/planted.int.test.ts',
    `import * as fake from '@latchkey/fake-salto-ks';\nexport default fake;`,
  ],
  [
    'the console takes types of the contracts',
    'apps/console/src/page/planted.tsx',
    `import type { KeyRole } from '@latchkey/contracts';\nexport type Planted = KeyRole;`,
  ],
  ['config.ts reads the environment', 'apps/access-service/src/config.ts', `export default process.env['HOME'];`],
];

const complaints = lint([...refused, ...allowed]);

function lint(planted: Planted[]): string[][] {
  const { stdout, stderr, status } = spawnSync(process.execPath, [join(import.meta.dirname, 'lint-planted.ts')], {
    input: JSON.stringify(planted.map(([, file, code]) => ({ file, code }))),
    encoding: 'utf8',
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  if (status !== 0) throw new Error(`the linter failed: ${stderr}`);
  // Nx says things of its own before.
  return JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '') as string[][];
}

test.each(refused.map(([why], i) => ({ why, complaints: complaints[i] })))('refused: $why', ({ complaints }) => {
  expect(complaints).not.toEqual([]);
});

test.each(allowed.map(([why], i) => ({ why, complaints: complaints[refused.length + i] })))(
  'allowed: $why',
  ({ complaints }) => {
    expect(complaints).toEqual([]);
  },
);
