import { readFileSync } from 'node:fs';

const swc = JSON.parse(readFileSync(new URL('.swcrc', import.meta.url), 'utf8'));

/** What every test tier shares: ESM TypeScript through swc, workspace packages from their sources. */
export default {
  testEnvironment: 'node',
  testEnvironmentOptions: { customExportConditions: ['latchkey-source', 'node', 'node-addons'] },
  extensionsToTreatAsEsm: ['.ts'],
  // Jest resolves `./x.ts` itself, so the build's rewriting to `./x.js` is off here.
  transform: {
    '^.+\\.ts$': ['@swc/jest', { ...swc, swcrc: false, jsc: { ...swc.jsc, rewriteRelativeImportExtensions: false } }],
  },
  moduleFileExtensions: ['ts', 'js', 'mjs', 'cjs', 'json', 'node'],
  modulePathIgnorePatterns: ['<rootDir>/.*/dist/', '<rootDir>/.local/'],
  errorOnDeprecated: true,
};
