import { createFakeSaltoKs, demo, demoSeed, type FakeSaltoKs } from '@latchkey/fake-salto-ks';
import type { Browser, Page } from 'playwright-core';
import { axeFindings, openPage, startBrowser } from './harness/browser.ts';

let fake: FakeSaltoKs;
let browser: Browser;
let page: Page;

beforeAll(async () => {
  fake = await (await createFakeSaltoKs({ seed: demoSeed() })).listen();
  browser = await startBrowser();
  page = await openPage(browser);
  await page.goto(`${fake.url}/_fake#${demo.paris.id}`);
});
afterAll(async () => {
  await browser?.close();
  await fake?.close();
});

test('a tap at a door shows what came of it, and its entry appears by itself', async () => {
  await page.getByText('Live', { exact: true }).waitFor();
  await page.getByLabel('At the door').selectOption({ label: 'Dora Doors' });
  await page.getByRole('button', { name: 'Tap at Room A' }).click();
  await page.getByRole('status').filter({ hasText: 'Dora Doors: Refused' }).waitFor();
  const entries = page.getByRole('table', { name: 'Entries' });
  await entries.getByRole('row').filter({ hasText: 'Room A' }).filter({ hasText: 'refused' }).waitFor();

  // Also without anybody touching the page.
  const path = `${fake.url}/_fake/locks/${demo.paris.locks.frontDoor}/tap`;
  const tap = {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"email":"doors@latchkey.example"}',
  };
  expect((await fetch(path, tap)).ok).toBe(true);
  await entries.getByRole('row').filter({ hasText: 'Front door' }).waitFor();
  expect(await axeFindings(page)).toEqual([]);
});

test('a fault is added, hits, and is removed', async () => {
  const callsOf = () => fetch(`${fake.url}/v1.2/sites`, { headers: { authorization: `Bearer ${token}` } });
  const token = await fake.accessToken(demo.administrator.id);
  await page.getByLabel('What happens').selectOption({ label: '503 unavailable' });
  await page.getByRole('button', { name: 'Add fault' }).click();
  const remove = page.getByRole('button', { name: 'Remove the fault 503 unavailable' });
  await remove.waitFor();
  expect((await callsOf()).status).toBe(503);
  await page.getByText('1 hit', { exact: true }).waitFor();
  await remove.click();
  await page.getByText('None. Everything works.').waitFor();
  expect((await callsOf()).status).toBe(200);
});
