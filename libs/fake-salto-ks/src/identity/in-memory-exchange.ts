import { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Answer } from '../http/answer.ts';
import type { Incoming } from '../http/route.ts';

/** Answers a request of Node's, now or later. */
export type RequestHandler = (request: IncomingMessage, response: ServerResponse) => unknown;

/**
 * Lets a handler of Node's requests answer one whose body was read already, and gives the answer back instead of
 * sending it: faults stand between the two, and may lose or delay it.
 */
export async function exchangeInMemory(incoming: Incoming, handler: RequestHandler): Promise<Answer> {
  const request = new IncomingMessage(new Socket());
  Object.assign(request, { method: incoming.method, url: incoming.target, headers: incoming.headers });
  request.push(incoming.text);
  request.push(null);
  const response = new ServerResponse(request);
  const body = await new Promise<string>((resolve, reject) => {
    response.end = (content?: unknown) => {
      resolve(typeof content === 'string' || Buffer.isBuffer(content) ? content.toString() : '');
      response.emit('finish');
      return response;
    };
    Promise.resolve(handler(request, response)).catch(reject);
  });
  return { status: response.statusCode, headers: headersOf(response), body };
}

function headersOf(response: ServerResponse): Record<string, string | string[]> {
  const headers = Object.entries(response.getHeaders()).map(([name, value]) => [
    name,
    Array.isArray(value) ? value : String(value),
  ]);
  return Object.fromEntries(headers) as Record<string, string | string[]>;
}
