import type { ApiClient, ProblemBody } from './api-client.ts';

/** A route, and a request to it that makes sense. */
export interface SensibleRequest {
  readonly method: string;
  /** As the route is declared: `/v1/bookings/:id`. */
  readonly route: string;
  readonly path: string;
  readonly body?: object | undefined;
  /** Where edits need an If-Match. */
  readonly version?: number;
}

interface NonsensicalRequest {
  readonly path: string;
  readonly body?: unknown;
  readonly version: number | undefined;
}

/** What stands in for a parameter: no id, no kind, no number, and nothing that a database could store. */
const WORDS = ['nonsense', '-1', '%00'];
/** What stands in for a field, or a whole body: no field of the product takes one of them. */
const VALUES = [{ nonsense: true }, 'a\u0000b', [[]]];

/**
 * Sends a request with each of its parts replaced by nonsense in turn: parameters of path and query, fields of the body
 * and all of it, a field too many, the version.
 * @returns what was not refused with a status of 4xx and a problem that says why; for a good API nothing
 */
export async function acceptedNonsense(client: ApiClient, request: SensibleRequest): Promise<string[]> {
  const accepted: string[] = [];
  for (const { path, body, version } of nonsenseOf(request)) {
    const options = version === undefined ? {} : { version };
    const { status, body: problem } = await client.send<ProblemBody | undefined>(request.method, path, body, options);
    const isClear = status >= 400 && status < 500 && Boolean(problem?.code) && Boolean(problem?.detail);
    if (!isClear) accepted.push(`${request.method} ${path} ${JSON.stringify(body)} If-Match ${version}: ${status}`);
  }
  return accepted;
}

function nonsenseOf({ method, route, path, body, version }: SensibleRequest): NonsensicalRequest[] {
  const isEdit = version !== undefined && ['PUT', 'PATCH', 'DELETE'].includes(method);
  return [
    ...[...nonsensicalPaths(route, path)].map((each) => ({ path: each, body, version })),
    ...[...nonsensicalBodies(body)].map((each) => ({ path, body: each, version })),
    ...(isEdit ? [{ path, body, version: Number.NaN }] : []),
  ];
}

function* nonsensicalPaths(route: string, path: string): Iterable<string> {
  const { pathname, searchParams } = new URL(path, 'http://api');
  const segments = pathname.split('/');
  for (const word of WORDS) {
    for (const [at, segment] of route.split('/').entries()) {
      if (segment.startsWith(':')) yield segments.with(at, word).join('/');
    }
    for (const name of searchParams.keys()) yield `${pathname}?${name}=${word}`;
  }
}

function* nonsensicalBodies(body: object | undefined): Iterable<unknown> {
  if (body === undefined) return;
  yield* VALUES;
  yield { ...body, nonsense: true };
  for (const name of Object.keys(body)) {
    for (const value of VALUES) yield { ...body, [name]: value };
  }
}
