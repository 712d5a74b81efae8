import { demo } from '../../demo-seed.ts';
import { startFake } from '../../testing/fake-under-test.ts';

describe('/v2', () => {
  it('refuses the permissions with a problem document', async () => {
    await using test = await startFake();
    const calls = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'].map((method) => [method, 'permissions'] as const);
    for (const [method, path] of [...calls, ['GET', 'me/permissions'] as const]) {
      const answer = await test.request(method, `/v2/sites/${demo.paris.id}/${path}`);
      expect(answer.status).toBe(403);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect(answer.body).toContain('"title":"Forbidden"');
    }
    expect((await test.request('GET', `/v2/sites/${demo.paris.id}/permissions`, undefined, 'nonsense')).status).toBe(
      401,
    );
  });
});
