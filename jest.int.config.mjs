import preset from './jest.preset.mjs';

/** Services against real PostgreSQL, Kafka, Temporal and the fake Salto KS: `*.int.test.ts`. */
export default {
  ...preset,
  displayName: 'int',
  testMatch: ['<rootDir>/{apps,libs,tools}/*/src/**/*.int.test.ts'],
  testTimeout: 60_000,
  maxWorkers: 2,
};
