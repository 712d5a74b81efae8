import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { documents } from './documents.ts';
import { eventDefinitions } from './events.ts';
import { topicDeclarations } from './topics.ts';

const folder = join(import.meta.dirname, '../generated');

test('the committed JSON Schemas and the AsyncAPI document are those of the code', () => {
  const committed = new Map(readdirSync(folder).map((name) => [name, readFileSync(join(folder, name), 'utf8')]));
  expect(Object.fromEntries(committed)).toEqual(Object.fromEntries(documents()));
});

test('every event has a type of its own and a declared topic', () => {
  const types = eventDefinitions.map(({ type }) => type);
  expect(new Set(types).size).toBe(types.length);
  const declared = topicDeclarations.map(({ name }) => name);
  for (const event of eventDefinitions) expect(declared).toContain(event.topic);
});

test('no event carries a name, an e-mail, a phone number or a secret', () => {
  const personal = /"(first_?name|last_?name|name|e_?mail|phone|address|password|token|secret)"\s*:/i;
  for (const event of eventDefinitions) {
    const schema = documents().get(`${event.type}.schema.json`) ?? '';
    expect(schema).not.toMatch(personal);
  }
});
