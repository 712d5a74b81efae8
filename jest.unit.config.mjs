import preset from './jest.preset.mjs';

/** Pure logic: `*.test.ts`, no I/O beyond the file system, all of it in seconds. */
export default {
  ...preset,
  displayName: 'unit',
  testMatch: ['<rootDir>/{apps,libs,tools}/*/src/**/*.test.ts'],
  testPathIgnorePatterns: ['\\.int\\.test\\.ts$', '\\.system\\.test\\.ts$'],
};
