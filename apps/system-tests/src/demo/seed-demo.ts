import type { LocationBody, PersonBody, PlanBody, ResourceBody } from '@latchkey/contracts';
import { demo } from '@latchkey/fake-salto-ks';
import { type DemoPerson, demoPeople } from '@latchkey/local-stack';
import { eventually } from '@latchkey/test-kit';
import type { Api } from '../system/api.ts';
import type { System } from '../system/system.ts';
import { connectLocation } from './connect-location.ts';
import { type DemoLocation, demoLocations, demoPlans, demoResources, known } from './demo.ts';

/**
 * Fills a system with the demo: locations connected to the fake Salto KS, people who can sign in, plans and resources
 * with access groups. What is there already (by name) stays as it is, so it may be repeated.
 */
export async function seedDemo(system: System): Promise<void> {
  const locations = new Map<string, LocationBody>();
  for (const location of demoLocations) locations.set(location.name, await seedLocation(system, location));
  for (const person of demoPeople) await seedPerson(system, person, locations);
  for (const location of demoLocations) {
    const body = known(locations, location.name);
    const { administrator: login, site } = location;
    await connectLocation(system, { locationId: body.id, siteId: demo[site].id, login });
    await seedCatalogue(system, body, location);
  }
}

async function seedLocation(system: System, location: DemoLocation): Promise<LocationBody> {
  const { name, timeZone, gracePeriodMinutes } = location;
  return findOrPost(system.billing('operator'), '/v1/locations', { name, timeZone, gracePeriodMinutes });
}

async function seedCatalogue(system: System, { id: locationId }: LocationBody, { site }: DemoLocation): Promise<void> {
  const operator = system.billing('operator');
  const { groups } = demo[site];
  for (const { group, ...plan } of demoPlans) {
    const { id } = await findOrPost<PlanBody>(operator, '/v1/plans', { locationId, ...plan });
    await setAccess(system, `/v1/plans/${id}/access`, [groups[group]]);
  }
  for (const { group, ...resource } of demoResources) {
    const body = { locationId, ...resource, bookableBy: { kind: 'everyone' } };
    const { id } = await findOrPost<ResourceBody>(operator, '/v1/resources', body);
    await setAccess(system, `/v1/resources/${id}/access`, [groups[group]]);
  }
}

/** Access-service hears of a plan or resource by an event: it may not know it at once. */
async function setAccess(system: System, path: string, groupIds: string[]): Promise<void> {
  const access = system.access('operator');
  await eventually(
    async () => {
      const { version } = await access.get<{ version: number }>(path);
      await access.put(path, { groupIds }, { version });
    },
    { timeoutMs: 60_000 },
  );
}

async function seedPerson(
  system: System,
  { sub, name, email }: DemoPerson,
  locations: ReadonlyMap<string, LocationBody>,
): Promise<void> {
  const [givenName = name, ...rest] = name.split(' ');
  const administered = demoLocations.filter(({ administrator }) => administrator === sub);
  const all = [...locations.values()].map(({ id }) => id);
  await findOrPost<PersonBody>(
    system.billing('operator'),
    '/v1/people',
    {
      givenName,
      familyName: rest.join(' '),
      email,
      isEmailVerified: true,
      administratorOf: administered.flatMap((location) => locations.get(location.name)?.id ?? []),
      memberOf: administered.length > 0 ? [] : all,
    },
    (person) => person.email === email,
  );
  // The identity server says that the e-mail is verified, so the account finds its person.
  await system.billing(sub).post('/v1/me/account');
}

async function findOrPost<Body extends object>(
  api: Api,
  path: string,
  body: { name?: string; locationId?: string } & Record<string, unknown>,
  isSame = (one: Body) => isNamed(one, body),
): Promise<Body> {
  return (await api.list<Body>(path)).find(isSame) ?? (await api.post<Body>(path, body));
}

function isNamed(one: object, { name, locationId }: { name?: string; locationId?: string }): boolean {
  const known = one as { name?: string; locationId?: string };
  return known.name === name && (locationId === undefined || known.locationId === locationId);
}
