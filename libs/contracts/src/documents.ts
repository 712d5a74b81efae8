import { z } from 'zod';
import type { EventDefinition } from './event.ts';
import { eventDefinitions } from './events.ts';
import { topicDeclarations, type TopicDeclaration } from './topics.ts';

/** The generated documents by file name, as text: one JSON Schema per event, and one AsyncAPI 3 document. */
export function documents(): Map<string, string> {
  const files = new Map<string, string>();
  for (const event of eventDefinitions) files.set(`${event.type}.schema.json`, text(jsonSchema(event)));
  files.set('asyncapi.json', text(asyncApi()));
  return files;
}

function jsonSchema(event: EventDefinition): Record<string, unknown> {
  const schema = z.toJSONSchema(event.schema, {
    io: 'input',
    // A format says all that zod's pattern for it says, in one word.
    override: ({ jsonSchema }) => {
      if (jsonSchema.format !== undefined) delete jsonSchema.pattern;
    },
  });
  return { $id: `urn:latchkey:event:${event.type}`, title: event.type, ...schema };
}

function asyncApi(): Record<string, unknown> {
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Latchkey events',
      version: '1.0.0',
      description:
        'CloudEvents 1.0 in binary mode. The key of a record is the id of its subject (an aggregate; for entries, the site whose doors they are of); `ce_aggregateversion` rises by one with each of its events. Every `changed` event carries the whole present state.',
    },
    defaultContentType: 'application/json',
    channels: Object.fromEntries(topicDeclarations.map((topic) => [topic.name, channel(topic)])),
    operations: Object.fromEntries(topicDeclarations.flatMap(operations)),
    components: { messages: Object.fromEntries(eventDefinitions.map((event) => [event.type, message(event)])) },
  };
}

function channel(topic: TopicDeclaration): Record<string, unknown> {
  const events = eventDefinitions.filter((event) => event.topic === topic.name);
  return {
    address: topic.name,
    messages: Object.fromEntries(events.map(({ type }) => [type, { $ref: `#/components/messages/${type}` }])),
    bindings: {
      kafka: {
        partitions: topic.partitions,
        topicConfiguration: { 'cleanup.policy': ['delete'], 'retention.ms': topic.retentionMs },
        bindingVersion: '0.5.0',
      },
    },
  };
}

function operations(topic: TopicDeclaration): [string, Record<string, unknown>][] {
  const ref = { channel: { $ref: `#/channels/${topic.name}` } };
  const send: [string, Record<string, unknown>] = [`send.${topic.name}`, { action: 'send', ...ref }];
  return [
    send,
    ...topic.consumers.map((group): [string, Record<string, unknown>] => [
      `receive.${topic.name}.${group}`,
      { action: 'receive', ...ref, bindings: { kafka: { groupId: { const: group }, bindingVersion: '0.5.0' } } },
    ]),
  ];
}

function message(event: EventDefinition): Record<string, unknown> {
  return {
    name: event.type,
    contentType: 'application/json',
    headers: {
      type: 'object',
      required: ['ce_specversion', 'ce_id', 'ce_source', 'ce_type', 'ce_subject', 'ce_time', 'ce_aggregateversion'],
      properties: Object.fromEntries(
        [
          'ce_specversion',
          'ce_id',
          'ce_source',
          'ce_type',
          'ce_subject',
          'ce_time',
          'ce_aggregateversion',
          'ce_traceparent',
        ].map((name) => [name, name === 'ce_type' ? { type: 'string', const: event.type } : { type: 'string' }]),
      ),
    },
    payload: { schemaFormat: 'application/schema+json;version=draft-2020-12', schema: jsonSchema(event) },
    bindings: { kafka: { key: { type: 'string', format: 'uuid' }, bindingVersion: '0.5.0' } },
  };
}

function text(document: unknown): string {
  return `${JSON.stringify(document, null, 2)}\n`;
}
