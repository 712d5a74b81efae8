import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** Where packages put a Chromium, or a Chrome, which is one. */
const usualPlaces = [
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Chromium.app/Contents/MacOS/Chromium',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** The Chromium of this machine: `LATCHKEY_CHROMIUM`, or one in a usual place. */
export function findChromium(env: NodeJS.ProcessEnv = process.env): string | undefined {
  return env['LATCHKEY_CHROMIUM'] ?? usualPlaces.find((place) => existsSync(place));
}

/**
 * The Chromium that the tests of pages drive. Where there is none, root installs Debian's package, having said so.
 * @throws an Error that says how to get one
 */
export async function provideChromium(tell: (message: string) => void): Promise<string> {
  const found = findChromium();
  if (found !== undefined) return found;
  if (process.getuid?.() === 0 && existsSync('/usr/bin/apt-get')) {
    tell('Chromium is missing, and the tests of pages need it: installing it with apt-get (some 100 MB, once)');
    await run('apt-get', ['update', '-qq']);
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', 'chromium'], { env, maxBuffer: 2 ** 24 });
    const installed = findChromium();
    if (installed !== undefined) return installed;
  }
  throw new Error(
    'The tests of pages need Chromium, which is not here: `apt-get install chromium` (Debian), ' +
      '`brew install --cask chromium` (macOS), or name a Chromium or Chrome in LATCHKEY_CHROMIUM.',
  );
}
