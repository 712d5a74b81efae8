import preset from './jest.preset.mjs';

/** Stories through all services as processes: `*.system.test.ts`, one file at a time. */
export default {
  ...preset,
  displayName: 'system',
  testMatch: ['<rootDir>/apps/system-tests/src/**/*.system.test.ts'],
  testTimeout: 600_000,
  maxWorkers: 1,
};
