import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import { text } from 'node:stream/consumers';
import type { FaultEffect } from '../faults/fault-rule.ts';
import type { World } from '../world.ts';
import { json, type Answer } from './answer.ts';
import type { Incoming, Route } from './route.ts';
import { Router } from './router.ts';
import { serve, serveFaulty, type Outcome } from './serve.ts';
import { UpgradeResponse, Upgrades } from './upgrades.ts';

export interface ListenerParts {
  world: World;
  /** What Salto offers: logged, and disturbed by faults. */
  saltoRoutes: readonly Route[];
  /** What only the fake offers, below `/_fake/`: never logged nor disturbed. */
  controlRoutes: readonly Route[];
}

/** What a server has to call. */
export interface Listener {
  request: RequestListener;
  upgrade: (request: IncomingMessage, socket: Duplex, head: Buffer) => void;
  /** Breaks the connections that are no longer the HTTP server's to close. */
  closeUpgraded: () => void;
}

/** The HTTP side of a fake Salto KS. */
export function createListener({ world, saltoRoutes, controlRoutes }: ListenerParts): Listener {
  const salto = new Router(saltoRoutes);
  const control = new Router(controlRoutes);

  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const isControl = request.url?.startsWith('/_fake') ?? false;
    if (!isControl) response.once('close', world.load.begin(request.url ?? '/'));
    const incoming = await read(world, request);
    const outcome = await (isControl ? serve(control, incoming) : serveLogged(salto, incoming));
    // The few GETs that change something tell so themselves.
    if (incoming.method !== 'GET') world.changes.tell();
    send(response, outcome);
  };

  const listen = (request: IncomingMessage, response: ServerResponse): void => {
    handle(request, response).catch((error: unknown) => {
      // A request that broke off is nobody's fault; anything else is a bug of this fake and should be seen.
      if (request.destroyed && !request.complete) return;
      send(response, json(500, { Message: `Bug in the fake: ${String(error)}` }));
    });
  };

  const upgrades = new Upgrades();
  return {
    request: listen,
    upgrade: (request, socket, head) => listen(request, upgrades.responseFor(request, socket, head)),
    closeUpgraded: () => upgrades.closeAll(),
  };
}

async function read(world: World, request: IncomingMessage): Promise<Incoming> {
  const method = request.method ?? 'GET';
  const target = request.url ?? '/';
  const queryAt = target.indexOf('?');
  return {
    world,
    method,
    target,
    origin: `http://${request.headers.host ?? 'localhost'}`,
    params: {},
    query: new URLSearchParams(queryAt < 0 ? '' : target.slice(queryAt + 1)),
    headers: request.headers,
    text: method === 'GET' ? '' : await text(request),
  };
}

async function serveLogged(router: Router, incoming: Incoming): Promise<Outcome> {
  const { world, method, target, headers } = incoming;
  const startedAt = performance.now();
  const path = target.split('?', 1)[0] ?? '/';
  const effect = world.faults.take({ method, path, text: incoming.text }) ?? tooFast(world, target);
  const call = world.calls.add({
    at: new Date(world.now()).toISOString(),
    method,
    path: withoutToken(target),
    outcome: 'pending',
    status: null,
    duration_ms: null,
    traceparent: String(headers.traceparent ?? '') || null,
    caller: null,
    fault: effect?.kind ?? null,
  });
  const outcome = await (effect ? serveFaulty(router, incoming, effect) : serve(router, incoming));
  call.caller = incoming.caller?.id ?? null;
  call.outcome = typeof outcome === 'object' ? 'answer' : outcome;
  if (typeof outcome === 'object') {
    call.status = outcome.status;
    call.duration_ms = Math.round((performance.now() - startedAt) * 1000) / 1000;
  }
  return outcome;
}

/** Salto's own limit, where the setting knows one. Refused calls count too, and the seconds to wait are a guess. */
function tooFast({ state, load }: World, target: string): FaultEffect | undefined {
  const limit = state.settings.calls_per_second;
  if (limit === null || load.inLastSecond(target) <= limit) return undefined;
  return { kind: 'rate_limit', retry_after_seconds: 1, retry_after_as: 'seconds' };
}

/** WebSockets of browsers carry their token in the query; a log is no place for it. */
function withoutToken(target: string): string {
  return target.includes('access_token=') ? target.replace(/(access_token=)[^&]*/, '$1…') : target;
}

function send(response: ServerResponse, outcome: Outcome): void {
  if (outcome === 'silence') return;
  if (outcome === 'reset') {
    response.socket?.resetAndDestroy();
    return;
  }
  if (outcome.upgrade && response instanceof UpgradeResponse) {
    response.upgrade(outcome.upgrade);
    return;
  }
  response.writeHead(outcome.status, headersOf(outcome));
  if (outcome.stream) outcome.stream(response);
  else response.end(outcome.body);
}

function headersOf({ type, headers, body }: Answer): Record<string, string | string[] | number> {
  return {
    ...(type ? { 'content-type': type } : {}),
    ...(body === undefined ? {} : { 'content-length': Buffer.byteLength(body) }),
    ...headers,
  };
}
