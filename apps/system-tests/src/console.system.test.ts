import { demo } from '@latchkey/fake-salto-ks';
import type { ConnectionBody, DisconnectionBody } from '@latchkey/contracts';
import type { Browser, Page } from 'playwright-core';
import { known } from './demo/demo.ts';
import { axeFindings, isTooWide, openPage, startBrowser } from './harness/browser.ts';
import { becomes } from './harness/lab.ts';
import { RunningSystem } from './harness/running-system.ts';

let running: RunningSystem;
let browser: Browser;
let grace: Page;

beforeAll(async () => {
  browser = await startBrowser();
  running = await RunningSystem.start({ name: 'console' });
});
afterAll(async () => {
  await browser?.close();
  await running?.stop();
});

const newYork = () => known(running.demo.locations, 'New York');
const consoleUrl = () => running.system.endpoints.services['console']!;
const heading = (page: Page, name: string) => page.getByRole('heading', { level: 1, name });

/** Opens the console and signs in as this person of the demo, wherever it led to. */
async function signedIn(name: string, path = '/', options = {}): Promise<Page> {
  const page = await openPage(browser, options);
  await page.goto(consoleUrl() + path);
  await page.getByRole('button', { name }).click();
  await page.getByText(name, { exact: true }).waitFor();
  return page;
}

/** Signs in at Salto with an account of the fake and answers its question. */
async function answerSalto(page: Page, account: { email: string; password: string }, answer: 'Allow' | 'Cancel') {
  await page.getByLabel('E-mail').fill(account.email);
  await page.getByLabel('Password').fill(account.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByRole('button', { name: answer }).click();
}

/** The page as it is now is for everybody: axe has nothing to say, in neither colour scheme, and phones can read it. */
async function expectAccessible(page: Page): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    expect({ colorScheme, findings: await axeFindings(page) }).toEqual({ colorScheme, findings: [] });
  }
  const size = page.viewportSize()!;
  // A phone's width, and that of an ordinary window at 200 %.
  for (const width of [320, 640]) {
    await page.setViewportSize({ width, height: 800 });
    expect({ width, isTooWide: await isTooWide(page) }).toEqual({ width, isTooWide: false });
  }
  await page.setViewportSize(size);
}

test('an administrator signs in and sees the locations that are theirs, each with its connection', async () => {
  const ada = await signedIn('Ada Moreau');
  await heading(ada, 'Your locations').waitFor();
  await becomes(async () => expect(await ada.getByText('Connected', { exact: true }).count()).toBe(2));
  expect(await ada.getByRole('link', { name: /^Salto KS of/ }).allTextContents()).toEqual([
    'Salto KS of Lab',
    'Salto KS of Paris',
  ]);
  await expectAccessible(ada);
  await ada.context().close();
});

test('somebody who administers nothing is told so, also at an address of a location', async () => {
  const bruno = await signedIn('Bruno Lefèvre');
  await bruno.getByText('You administer no location.').waitFor();
  await bruno.goto(`${consoleUrl()}/locations/${newYork().id}/salto-ks`);
  await bruno.getByRole('alert').waitFor();
  await expectAccessible(bruno);
  await bruno.context().close();
});

test('a disconnected location shows what is needed, and a consent that is cancelled at Salto changes nothing', async () => {
  const adapter = running.system.adapter('grace');
  const path = `/v1/connections/${newYork().id}`;
  await adapter.post(`${path}/disconnection`, { siteId: demo.newYork.id });
  await becomes(async () => {
    expect((await adapter.get<DisconnectionBody>(`${path}/disconnection`)).state).toBe('done');
  });

  grace = await signedIn('Grace Miller');
  await grace.getByRole('listitem').filter({ hasText: 'Disconnected' }).waitFor();
  await grace.getByRole('link', { name: 'Salto KS of New York' }).click();
  await grace.getByText('You need, before you begin').waitFor();
  expect(await grace.evaluate('document.activeElement.textContent')).toBe('Salto KS of New York');
  await expectAccessible(grace);

  await grace.getByRole('button', { name: 'Connect' }).click();
  await answerSalto(grace, demo.administrator, 'Cancel');
  await grace.getByRole('alert').filter({ hasText: 'You cancelled at Salto KS' }).waitFor();
  await expectAccessible(grace);
  expect((await adapter.get<ConnectionBody>(path)).status).toBe('disconnected');
  await grace.getByRole('link', { name: 'Begin again' }).click();
  await grace.getByRole('button', { name: 'Connect' }).waitFor();
});

test('an account that administers no site is told so', async () => {
  await grace.getByRole('button', { name: 'Connect' }).click();
  await answerSalto(grace, demo.outsider, 'Allow');
  await grace.getByRole('alert').filter({ hasText: 'No site to choose' }).waitFor();
  await grace.getByRole('link', { name: 'Begin again' }).click();
});

test('the address that Salto sends one administrator back to is no use to another, and then still is to the first', async () => {
  // Her browser has the address, and has not got through with it.
  const completions = '**/api/adapter/v1/consents/completions';
  await grace.route(completions, (route) => route.abort());
  await grace.getByRole('button', { name: 'Connect' }).click();
  await answerSalto(grace, demo.administrator, 'Allow');
  await grace.getByRole('alert').filter({ hasText: 'No answer' }).waitFor();
  const callback = grace.url();
  expect(callback).toContain('code=');

  const ada = await signedIn('Ada Moreau', callback.slice(consoleUrl().length));
  await ada.getByRole('alert').filter({ hasText: 'Somebody else began this' }).waitFor();
  await expectAccessible(ada);
  await ada.context().close();

  await grace.unroute(completions);
  await grace.goto(callback);
  await heading(grace, 'Choose the site').waitFor();
  // What Salto sent does not stay in the address.
  expect(grace.url()).not.toContain('code=');
});

test('only sites that the account administers are offered, and what is confirmed is what was chosen', async () => {
  await grace.getByText('Dora Doors (doors@latchkey.example)').waitFor();
  const sites = grace.getByRole('radio');
  expect(await sites.count()).toBe(3); // and not Lyon
  // Paris and the lab are Ada's, and used.
  await expect(grace.getByRole('radio', { name: 'Latchkey Paris' }).isDisabled()).resolves.toBe(true);
  await grace.getByText('Time zone America/New_York').waitFor();
  await expectAccessible(grace);

  // A reload goes on where it was.
  await grace.reload();
  await heading(grace, 'Choose the site').waitFor();
  await grace.getByRole('radio', { name: 'Latchkey New York' }).check();
  await grace.getByRole('button', { name: 'Continue' }).click();
  await heading(grace, 'Who sees the digital key?').waitFor();
  await grace.getByText('New York will be connected to the site Latchkey New York').waitFor();
  await expectAccessible(grace);
});

test('the location is connected, with its groups and what is wrong with each', async () => {
  await grace.getByRole('checkbox', { name: 'Invitees of a booking' }).uncheck();
  await grace.getByRole('button', { name: 'Connect to Latchkey New York' }).click();
  await grace.getByText('New York is connected to Salto KS.').first().waitFor();

  const connection = await running.system.adapter('grace').get<ConnectionBody>(`/v1/connections/${newYork().id}`);
  expect(connection).toMatchObject({ status: 'connected', siteId: demo.newYork.id });
  expect(connection.keyVisibility).toEqual(['administrator', 'member', 'company_manager', 'company_member']);

  const group = (name: string) => grace.getByRole('listitem').filter({ hasText: name });
  await group('Front door 24/7').getByText('In order').waitFor();
  await group('Desks 9-18').getByText('It opens at certain hours only.').waitFor();
  await group('Cleaning').getByText('Opens nothing', { exact: true }).waitFor();
  await grace.getByText('None: every access group that a setting names is at this site.').waitFor();
  await expectAccessible(grace);
});

test('roles of the digital key are changed later, and a setting whose group is gone is named', async () => {
  await running.system.saltoControl.delete(`/access_groups/${demo.newYork.groups.office1}`);
  await grace.reload();
  await grace.getByText('Resource Office 1: 1 group is missing').waitFor();

  await grace.getByRole('checkbox', { name: 'Invitees of a booking' }).check();
  await grace.getByRole('button', { name: 'Save' }).click();
  await becomes(async () => {
    const path = `/v1/connections/${newYork().id}`;
    expect((await running.system.adapter('grace').get<ConnectionBody>(path)).keyVisibility).toContain('invitee');
  });
});

test('connecting again keeps what was chosen; to take a site of another location of one’s own is confirmed', async () => {
  const ada = await signedIn('Ada Moreau', `/locations/${known(running.demo.locations, 'Paris').id}/salto-ks`);
  await ada.getByRole('button', { name: 'Connect again' }).click();
  await answerSalto(ada, demo.administrator, 'Allow');
  await heading(ada, 'Choose the site').waitFor();
  await ada.getByRole('radio', { name: 'Latchkey Lab' }).check();
  await ada.getByRole('button', { name: 'Continue' }).click();
  expect(await ada.getByText('Please confirm this first.').count()).toBe(2); // it is shared, and Paris leaves its own
  await expectAccessible(ada);

  await ada.getByRole('radio', { name: 'Latchkey Paris' }).check();
  await ada.getByRole('button', { name: 'Continue' }).click();
  await ada.getByRole('button', { name: 'Connect to Latchkey Paris' }).click();
  await ada.getByText('Paris is connected to Salto KS.').first().waitFor();
  await ada.context().close();
});
