import { Controller, Get, Module, Param } from '@nestjs/common';
import { createTestIssuer, TEST_AUDIENCE, type TestIssuer, type TokenClaims } from '@latchkey/test-kit';
import { createService, type Service } from '../http/service.ts';
import { silentConfig } from '../testing/silent-config.ts';
import { Allow, Public } from './access-rule.ts';
import { AuthModule } from './auth.module.ts';
import type { Caller, Person } from './caller.ts';
import { CallerResolver, type VerifiedToken } from './caller-resolver.ts';
import { CurrentCaller } from './current-caller.ts';
import { requireAdministratorOf, requireSelfOrAdministrator } from './location-rights.ts';
import { ServiceTokens } from './service-tokens.ts';

const people: Record<string, Person> = {
  ada: { personId: 'person-ada', administratorOf: ['paris'], memberOf: ['paris'] },
  mia: { personId: 'person-mia', administratorOf: [], memberOf: ['paris'] },
};
class PeopleOfTheTest extends CallerResolver {
  resolve({ sub }: VerifiedToken): Promise<Person | undefined> {
    return Promise.resolve(people[sub]);
  }
}

@Controller('rooms')
class RoomsController {
  @Get('open')
  @Public()
  open(): object {
    return {};
  }

  @Get('mine')
  @Allow({ member: true, unbound: true })
  mine(@CurrentCaller() caller: Caller): Caller {
    return caller;
  }

  @Get('of-people')
  @Allow({ administrator: true, member: true })
  ofPeople(): object {
    return {};
  }

  @Get('of/:locationId')
  @Allow({ administrator: true, member: true, service: 'rooms.read' })
  ofLocation(@Param('locationId') locationId: string, @CurrentCaller() caller: Caller): object {
    requireAdministratorOf(caller, locationId, { kind: 'room', id: 'room-1' });
    return {};
  }

  @Get('settings')
  @Allow({ administrator: true })
  settings(): object {
    return {};
  }

  @Get('by/:personId')
  @Allow({ administrator: true, member: true })
  byPerson(@Param('personId') personId: string, @CurrentCaller() caller: Caller): object {
    requireSelfOrAdministrator(caller, personId, personId === 'person-mia' ? ['paris'] : ['london']);
    return {};
  }
}

let issuer: TestIssuer;
let stranger: TestIssuer;
let service: Service;
let address: string;
beforeAll(async () => {
  [issuer, stranger] = await Promise.all([createTestIssuer(), createTestIssuer()]);
  const auth = AuthModule.forRoot({
    issuers: [issuer.issuer, 'http://127.0.0.1:9'],
    audience: TEST_AUDIENCE,
    resolver: PeopleOfTheTest,
  });
  @Module({ imports: [auth], controllers: [RoomsController] })
  class RoomsModule {}
  service = await createService({ name: 'rooms', module: RoomsModule, config: silentConfig });
  address = await service.start();
});
afterAll(() => Promise.all([service.stop(), issuer.close(), stranger.close()]));

async function ask(path: string, authorization?: string) {
  const response = await fetch(`${address}${path}`, { headers: authorization ? { authorization } : {} });
  const body = (await response.json()) as Record<string, unknown>;
  return { status: response.status, code: body['code'], body, challenge: response.headers.get('www-authenticate') };
}
const as = async (claims: TokenClaims) => `Bearer ${await issuer.token(claims)}`;

describe('a token is refused', () => {
  test('that is not there, with the challenge', async () => {
    expect(await ask('/rooms/mine')).toMatchObject({ status: 401, code: 'token_missing', challenge: 'Bearer' });
  });

  test.each<[string, () => Promise<string>, string]>([
    ['that is no bearer token', () => Promise.resolve('Basic YTpi'), 'token_invalid'],
    ['that is no JWT', () => Promise.resolve('Bearer abc'), 'token_invalid'],
    ['that has expired', () => as({ sub: 'ada', expiresInSeconds: -60 }), 'token_expired'],
    ['for another audience', () => as({ sub: 'ada', aud: 'https://other.test' }), 'token_invalid'],
    ['with a foreign signature', async () => `Bearer ${await issuer.forgedToken({ sub: 'ada' })}`, 'token_invalid'],
    ['of an unknown issuer', async () => `Bearer ${await stranger.token({ sub: 'ada' })}`, 'token_invalid'],
    ['without a signature', async () => (await as({ sub: 'ada' })).replace(/[^.]+$/, ''), 'token_invalid'],
  ])('%s', async (_what, authorization, code) => {
    const answer = await ask('/rooms/mine', await authorization());
    expect(answer).toMatchObject({ status: 401, code });
    expect(answer.challenge).toMatch(/^Bearer error="invalid_token"/);
  });

  test('of an issuer that cannot be reached, as our outage and not as the caller’s fault', async () => {
    const claims = Buffer.from(JSON.stringify({ iss: 'http://127.0.0.1:9', sub: 'ada' })).toString('base64url');
    const answer = await ask('/rooms/mine', `Bearer eyJhbGciOiJFUzI1NiJ9.${claims}.AA`);
    expect(answer).toMatchObject({ status: 503, code: 'issuer_unavailable' });
  });
});

describe('a route', () => {
  test('that is public needs no token', async () => {
    expect((await ask('/rooms/open')).status).toBe(200);
  });

  test('knows the person behind the account', async () => {
    const { body } = await ask('/rooms/mine', await as({ sub: 'mia' }));
    expect(body).toEqual({ kind: 'person', ...people['mia'], account: { iss: issuer.issuer, sub: 'mia' } });
  });

  test('knows an account that belongs to nobody yet, and only where that is allowed', async () => {
    const token = await as({ sub: 'new', email: 'new@mail.test', email_verified: true });
    expect((await ask('/rooms/mine', token)).body).toMatchObject({ kind: 'unbound', emailVerified: true });
    expect(await ask('/rooms/of-people', token)).toMatchObject({ status: 403, code: 'account_not_bound' });
  });

  test.each([
    ['/rooms/of/paris', 'ada', 200, undefined],
    ['/rooms/of/paris', 'mia', 403, 'location_not_yours'],
    ['/rooms/of/london', 'ada', 404, 'room_not_found'],
    ['/rooms/settings', 'ada', 200, undefined],
    ['/rooms/settings', 'mia', 403, 'role_missing'],
    ['/rooms/by/person-mia', 'mia', 200, undefined],
    ['/rooms/by/person-mia', 'ada', 200, undefined],
    ['/rooms/by/person-ada', 'mia', 404, 'person_not_found'],
  ])('%s answers %s with %i %s', async (path, sub, status, code) => {
    expect(await ask(path, await as({ sub }))).toMatchObject({ status, ...(code && { code }) });
  });

  test('lets a program in by scope, and to its locations only', async () => {
    const token = async (scope: string, locations: string[]) =>
      `Bearer ${await issuer.serviceToken('billing', scope, locations)}`;
    expect(await ask('/rooms/of/paris', await token('rooms.read', ['paris']))).toMatchObject({ status: 200 });
    expect(await ask('/rooms/of/paris', await token('other rooms.read', ['*']))).toMatchObject({ status: 200 });
    expect(await ask('/rooms/of/paris', await token('rooms.read', ['london']))).toMatchObject({ status: 404 });
    expect(await ask('/rooms/of/paris', await token('rooms', ['*']))).toMatchObject({ code: 'scope_missing' });
    expect(await ask('/rooms/mine', await token('rooms.read', ['*']))).toMatchObject({ code: 'role_missing' });
  });

  test('is not reached by a person whose token only claims locations', async () => {
    const token = await as({ sub: 'mia', client_id: 'app', scope: 'rooms.read', locations: ['*'] });
    expect(await ask('/rooms/of/london', token)).toMatchObject({ status: 404 });
  });
});

describe('a service does not start', () => {
  test('with a route that nobody decided about, and says which', async () => {
    @Controller('forgotten')
    class ForgottenController {
      @Get(':id')
      read(): object {
        return {};
      }
    }
    @Module({ controllers: [ForgottenController] })
    class ForgottenModule {}
    await expect(createService({ name: 'x', module: ForgottenModule, config: silentConfig })).rejects.toThrow(
      'GET /forgotten/:id (ForgottenController.read) has neither @Allow(…) nor @Public()',
    );
  });

  test('with rules but no guard', async () => {
    @Module({ controllers: [RoomsController] })
    class UnguardedModule {}
    await expect(createService({ name: 'x', module: UnguardedModule, config: silentConfig })).rejects.toThrow(
      'GET /rooms/mine (RoomsController.mine) has no AuthModule to guard it',
    );
  });
});

describe('tokens for other services', () => {
  const options = () => ({
    issuer: issuer.issuer,
    clientId: 'access-service',
    clientSecret: 's',
    resource: TEST_AUDIENCE,
    scopes: ['billing.read'],
  });

  test('are fetched once for many callers, and again shortly before they expire', async () => {
    let now = 0;
    const before = issuer.tokenRequests();
    const tokens = new ServiceTokens(options(), () => now);
    const [first, second] = await Promise.all([tokens.token(), tokens.token()]);
    expect(first).toBe(second);
    now = 569_000;
    expect(await tokens.token()).toBe(first);
    expect(issuer.tokenRequests() - before).toBe(1);
    now = 571_000;
    await tokens.token();
    expect(issuer.tokenRequests() - before).toBe(2);
  });

  test('are fetched anew after a failure', async () => {
    const tokens = new ServiceTokens({ ...options(), issuer: 'http://127.0.0.1:9' });
    await expect(tokens.token()).rejects.toThrow();
    await expect(tokens.token()).rejects.toThrow();
  });
});
