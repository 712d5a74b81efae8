import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Answer } from '../http/answer.ts';
import { guessed } from '../http/errors.ts';
import type { Route } from '../http/route.ts';

const folder = join(import.meta.dirname, 'assets');

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  css: 'text/css; charset=utf-8',
  mjs: 'text/javascript; charset=utf-8',
  svg: 'image/svg+xml',
};

/** Nothing from elsewhere and nothing inline, so that a name with markup in it stays a name. */
const contentSecurityPolicy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; " +
  "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The page for people: what this Salto KS holds and what happens to it. */
export const showPage: Route = {
  method: 'GET',
  path: '/_fake',
  prepare: () => () => asset('index.html'),
};

/** Its style, scripts and icon. */
export const getPageFile: Route = {
  method: 'GET',
  path: '/_fake/page/:file',
  prepare: ({ params }) => {
    const file = params.file ?? '';
    return () => asset(file);
  },
};

/** Its live updates, as server-sent events. */
export const followEvents: Route = {
  method: 'GET',
  path: '/_fake/events',
  prepare: ({ world }) => {
    const headers = { 'cache-control': 'no-store' };
    return () => ({ status: 200, type: 'text/event-stream', headers, stream: (page) => world.liveFeed.join(page) });
  },
};

async function asset(file: string): Promise<Answer> {
  const [, extension = ''] = /^[a-z-]+\.([a-z]+)$/.exec(file) ?? [];
  const type = types[extension];
  if (type === undefined) throw guessed.notFound('File');
  // `no-cache` asks again each time: a newer version of the fake must not run with an older one's scripts.
  const headers = { 'content-security-policy': contentSecurityPolicy, 'cache-control': 'no-cache' };
  try {
    return { status: 200, type, headers, body: await readFile(join(folder, file), 'utf8') };
  } catch {
    throw guessed.notFound('File');
  }
}
