/** For people (data is kept, a crash of the machine loses nothing), or for tests (quick, thrown away). */
export type ProfileName = 'demo' | 'test';

interface Profile {
  readonly postgres: Readonly<Record<string, string | number>>;
  readonly kafka: Readonly<Record<string, string | number | boolean>>;
  readonly temporal: Readonly<Record<string, string | number | boolean>>;
}

/** Settings of the servers beside those that each of them always has (`parts/`). */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  demo: {
    postgres: { max_connections: 200, shared_buffers: '64MB' },
    kafka: {},
    temporal: {},
  },
  test: {
    postgres: {
      max_connections: 400,
      // A crash of the machine would lose what is thrown away anyway. Commits stay synchronous: what was committed has
      // to survive the kills that tests do, and without fsync it costs next to nothing.
      fsync: 'off',
      full_page_writes: 'off',
    },
    kafka: {
      'offsets.topic.num.partitions': 1,
      'transaction.state.log.num.partitions': 1,
      'group.min.session.timeout.ms': 1_000,
      'broker.session.timeout.ms': 1_500,
      'broker.heartbeat.interval.ms': 300,
    },
    temporal: { 'frontend.WorkflowTimeSkippingEnabled': true },
  },
};
