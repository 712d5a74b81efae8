import preset from './jest.preset.mjs';

/** Pure logic: `*.test.ts`, no I/O beyond the file system, all of it in seconds. */
export default {
  ...preset,
  displayName: 'unit',
  // They take milliseconds; the limit is for a machine that is busy with other things.
  testTimeout: 30_000,
  testMatch: ['<rootDir>/{apps,libs,tools}/*/src/**/*.test.ts'],
  testPathIgnorePatterns: ['\\.int\\.test\\.ts$', '\\.system\\.test\\.ts$'],
};
