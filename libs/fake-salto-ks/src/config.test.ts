import { readConfig } from './config.ts';

describe('the configuration of the program', () => {
  it('has defaults, also for empty variables', () => {
    expect(readConfig({ PORT: '', OTHER: 'x' })).toEqual({
      PORT: 4600,
      HOST: '127.0.0.1',
      TOKEN_LIFETIME_SECONDS: 3600,
      DELAYS: 'none',
      SEED: 'demo',
    });
  });

  it.each([
    ...[{ PORT: '70000' }, { PORT: 'x' }, { TOKEN_LIFETIME_SECONDS: '0' }],
    ...[{ SEED: 'all' }, { DELAYS: 'some' }, { PUBLIC_URL: 'x' }],
  ])('refuses %j by name', (environment) => {
    expect(() => readConfig(environment)).toThrow(new RegExp(`${Object.keys(environment)[0]}: `));
  });
});
