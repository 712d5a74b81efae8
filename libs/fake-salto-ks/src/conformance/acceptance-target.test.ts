import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { acceptanceTarget } from './acceptance-target.ts';

const credentials = {
  SALTO_CONFORMANCE_CLIENT_ID: 'client',
  SALTO_CONFORMANCE_CLIENT_SECRET: 'not to be told',
  SALTO_CONFORMANCE_USER: 'user',
  SALTO_CONFORMANCE_PASSWORD: 'not to be told',
  SALTO_CONFORMANCE_SITE_ID: '5a170000-0000-4000-8000-000000000030',
};

describe("Salto's acceptance environment", () => {
  it('is at its documented hosts, and asked at most four times in a second', () => {
    expect(acceptanceTarget(credentials)).toMatchObject({
      name: "Salto's acceptance environment",
      isFake: false,
      identityUrl: 'https://identity-acc.eu.my-clay.com',
      apiUrl: 'https://clp-accept-user.my-clay.com',
      hubUrl: 'https://eventstreaming-connect-accept.saltoks.com',
      requestsPerSecond: 4,
      seatsToFill: 0,
    });
  });

  it('is not there without credentials', () => {
    expect(acceptanceTarget({})).toBeUndefined();
    expect(acceptanceTarget({ SALTO_CONFORMANCE_CLIENT_ID: '' })).toBeUndefined();
  });

  it.each(['SALTO_CONFORMANCE_SITE_ID', 'SALTO_CONFORMANCE_CLIENT_SECRET', 'SALTO_CONFORMANCE_PASSWORD'])(
    'is refused with half of the credentials: without %s',
    (name) => {
      const attempt = () => acceptanceTarget({ ...credentials, [name]: '' });
      expect(attempt).toThrow('conformance cannot run');
      expect(attempt).not.toThrow('not to be told');
    },
  );

  it.each([
    ['SALTO_CONFORMANCE_API_URL', 'https://connect.my-clay.com'],
    ['SALTO_CONFORMANCE_API_URL', 'https://user.my-clay.com'],
    ['SALTO_CONFORMANCE_API_URL', 'https://connect.us.my-clay.com'],
    ['SALTO_CONFORMANCE_API_URL', 'https://access.my-clay.com'],
    ['SALTO_CONFORMANCE_API_URL', 'HTTPS://CONNECT.MY-CLAY.COM'],
    ['SALTO_CONFORMANCE_IDENTITY_URL', 'https://identity.eu.my-clay.com'],
    ['SALTO_CONFORMANCE_HUB_URL', 'https://eventstreaming-connect-production.saltoks.com'],
  ])('is never production: %s %s', (name, url) => {
    expect(() => acceptanceTarget({ ...credentials, [name]: url })).toThrow(`${name}: is not an acceptance host`);
  });

  it('is not the name of what is elsewhere', () => {
    const elsewhere = { SALTO_CONFORMANCE_API_URL: 'http://127.0.0.1:4600' };
    expect(acceptanceTarget({ ...credentials, ...elsewhere })?.name).toBe(
      "http://127.0.0.1:4600, which is not Salto's",
    );
  });

  it('without credentials is printed as not verified, and asking for it fails', async () => {
    const program = join(import.meta.dirname, 'conformance.main.ts');
    const { code, stdout } = await new Promise<{ code: unknown; stdout: string }>((resolve) => {
      const environment = { PATH: process.env.PATH, NODE_OPTIONS: '' };
      execFile(process.execPath, [program, 'acceptance'], { env: environment }, (error, output) =>
        resolve({ code: error?.code, stdout: output }),
      );
    });
    expect(stdout).toBe("conformance against Salto's acceptance environment: not verified (no credentials)\n");
    expect(code).toBe(1);
  });
});
