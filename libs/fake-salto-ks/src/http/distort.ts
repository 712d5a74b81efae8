import { json, type Answer } from './answer.ts';

/** A good answer with a body that no client expects; an error stays as it is. */
export function distort(answer: Answer, as: 'malformed' | 'empty' | 'bare_array'): Answer {
  if (answer.status < 200 || answer.status >= 300) return answer;
  // 204 means that there is no body, so a body that should not be there needs another status.
  const status = answer.status === 204 && as !== 'empty' ? 200 : answer.status;
  const body = answer.body ?? '';
  switch (as) {
    case 'malformed':
      return { ...json(status, null), body: body === '' ? '{"' : body.slice(0, Math.ceil(body.length / 2)) };
    case 'empty':
      return { ...answer, headers: withoutLength(answer.headers), body: '' };
    case 'bare_array':
      return withoutEnvelope(answer, status);
  }
}

/** The identity server says how long its body is; a client would wait for what does not come. */
function withoutLength(headers: Answer['headers'] = {}): Answer['headers'] {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => name !== 'content-length'));
}

/** The items alone, or the one thing as a list. A file, a page or plain text has no envelope to lose. */
function withoutEnvelope(answer: Answer, status: number): Answer {
  const { body = '', type, headers } = answer;
  if (body === '') return json(status, []);
  const isJson = String(type ?? headers?.['content-type']).startsWith('application/json');
  return isJson ? json(status, itemsOf(JSON.parse(body))) : answer;
}

function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  const isEnvelope = typeof value === 'object' && value !== null && 'items' in value && Array.isArray(value.items);
  return isEnvelope ? (value.items as unknown[]) : [value];
}
