import { Metrics } from './metrics.ts';

test('a metric asked for twice is one', async () => {
  const metrics = new Metrics();
  metrics.counter('latchkey_calls_total', 'Calls', ['outcome']).inc({ outcome: 'ok' });
  metrics.counter('latchkey_calls_total', 'Calls', ['outcome']).inc({ outcome: 'ok' });
  expect(await metrics.scrape()).toContain('latchkey_calls_total{outcome="ok"} 2');
});

test('a gauge is asked at each scrape, and forgets labels that are gone', async () => {
  const metrics = new Metrics();
  let samples = [{ labels: { state: 'active' }, value: 1 }];
  metrics.gauge('latchkey_grants', 'Grants', ['state'], () => samples);
  expect(await metrics.scrape()).toContain('latchkey_grants{state="active"} 1');
  samples = [{ labels: { state: 'ended' }, value: 4 }];
  const text = await metrics.scrape();
  expect(text).toContain('latchkey_grants{state="ended"} 4');
  expect(text).not.toContain('state="active"');
});

test('a gauge that fails and a source that fails do not hide the others', async () => {
  const metrics = new Metrics();
  metrics.gauge('latchkey_outbox_pending', 'Pending', [], () => Promise.reject(new Error('no database')));
  metrics.counter('latchkey_calls_total', 'Calls').inc();
  metrics.addSource('temporal', () => Promise.resolve('temporal_requests 3'));
  metrics.addSource('gone', () => Promise.reject(new Error('gone')));
  const text = await metrics.scrape();
  expect(text).toContain('latchkey_calls_total 1');
  expect(text).toContain('temporal_requests 3');
  expect(text).toMatch(/^nodejs_eventloop_lag_seconds /m);
});
