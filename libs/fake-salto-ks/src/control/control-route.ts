import type { ZodType } from 'zod';
import { z } from 'zod';
import { json, type Answer } from '../http/answer.ts';
import { Refusal } from '../http/errors.ts';
import type { Incoming, Method, Route } from '../http/route.ts';
import type { World } from '../world.ts';

interface ControlCall<B> {
  world: World;
  body: B;
  query: URLSearchParams;
  param: (name: string) => string;
}

interface Spec<B> {
  method: Method;
  path: `/_fake/${string}`;
  body?: ZodType<B>;
  handle: (call: ControlCall<B>) => Answer | Promise<Answer>;
}

/** A control of the fake. No token: it is for whoever runs the fake. Refuses a wrong body with 400 and every reason. */
export function controlRoute<B = unknown>({ method, path, body: schema, handle }: Spec<B>): Route {
  const prepare: Route['prepare'] = (incoming) => {
    // A route without a schema has B = unknown.
    const body = schema ? readBody(incoming, schema) : (undefined as B);
    const param = (name: string) => decodeURIComponent(incoming.params[name] ?? '');
    return () => handle({ world: incoming.world, body, query: incoming.query, param });
  };
  return { method, path, prepare };
}

/** What a control names and the fake does not have: 404. */
export function unknownThing(what: string): Refusal {
  return new Refusal(json(404, { error: `no such ${what}` }), what);
}

/** A control that cannot be understood: 400. */
export function badControl(why: string): Refusal {
  return new Refusal(json(400, { error: why }), why);
}

function readBody<B>({ text }: Incoming, schema: ZodType<B>): B {
  const parsed = schema.safeParse(parseJson(text));
  if (!parsed.success) throw badControl(z.prettifyError(parsed.error));
  return parsed.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    throw badControl('the body is not JSON');
  }
}
