import { createRequire } from 'node:module';
import { provideChromium } from '@latchkey/local-stack';
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core';

const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** A real Chromium without a window. */
export async function startBrowser(): Promise<Browser> {
  const quiet = ['--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'];
  return chromium.launch({
    executablePath: await provideChromium((message) => process.stderr.write(`${message}\n`)),
    args: ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', ...quiet],
  });
}

/** Somebody's own browser: cookies and storage of nobody else. What fails on the page fails loudly. */
export async function openPage(browser: Browser, options: BrowserContextOptions = {}): Promise<Page> {
  // The page's policy lets in no script but its own, and axe is one.
  const context = await browser.newContext({ bypassCSP: true, ...options });
  context.setDefaultTimeout(30_000);
  return context.newPage();
}

interface AxeResults {
  readonly violations: readonly { readonly id: string; readonly nodes: readonly { readonly html: string }[] }[];
}

/** What axe finds wrong with the page as it is now, by WCAG 2.2 AA: a line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  await page.addScriptTag({ path: axePath });
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const { violations } = await page.evaluate<AxeResults>(
    `axe.run(document, { runOnly: ${JSON.stringify(tags)}, resultTypes: ['violations'] })`,
  );
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`));
}

/** Whether something is wider than the window: one would have to scroll sideways to read it (WCAG 1.4.10). */
export function isTooWide(page: Page): Promise<boolean> {
  return page.evaluate<boolean>('document.documentElement.scrollWidth > document.documentElement.clientWidth');
}
