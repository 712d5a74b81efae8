import type { NestExpressApplication } from '@nestjs/platform-express';
import {
  DocumentBuilder,
  SwaggerModule,
  type OpenAPIObject,
  type StandardSchemaConversionResult,
} from '@nestjs/swagger';
import { z } from 'zod';
import { PUBLIC } from '../auth/access-rule.ts';
import { problemDocument } from '../problems/problem-document.ts';
import type { Route } from './routes.ts';

export interface DocsOptions {
  title: string;
  description: string;
  version: string;
}

const IDEMPOTENCY_KEY = {
  name: 'Idempotency-Key',
  in: 'header' as const,
  required: false,
  description: 'The same key gives the same answer for 24 hours; with another body 422, in parallel 409.',
  schema: { type: 'string' as const, minLength: 1, maxLength: 255 },
};

/** The OpenAPI 3.1 document of the application, and Swagger UI (shipped with the service, no CDN) at `/docs`. */
export function serveDocs(app: NestExpressApplication, docs: DocsOptions, routes: readonly Route[]): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle(docs.title)
    .setDescription(docs.description)
    .setVersion(docs.version)
    .setOpenAPIVersion('3.1.0')
    .addBearerAuth({ type: 'http', scheme: 'bearer', bearerFormat: 'JWT' })
    .addGlobalResponse({
      status: 'default',
      description: 'A refusal: what happened, and what to do about it',
      content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
    })
    .build();
  const document = SwaggerModule.createDocument(app, config, {
    standardSchemaConverter: (schema, { schemaType }) => toJsonSchema(schema as z.ZodType, schemaType),
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: toJsonSchema(problemDocument, 'output').schema as object },
  };
  for (const route of routes) describeRoute(document, route);
  SwaggerModule.setup('docs', app, document, {
    jsonDocumentUrl: 'openapi.json',
    raw: ['json'],
    customSiteTitle: docs.title,
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true },
  });
  return document;
}

/** Says of a route what is enforced, from where it is enforced: who may call it, and whether it takes a key. */
function describeRoute(document: OpenAPIObject, { method, path, rule, isTransactional }: Route): void {
  const item = document.paths[path.replace(/:(\w+)/g, '{$1}')];
  const operation = item?.[method.toLowerCase() as 'get'];
  if (operation === undefined) return;
  operation.security = rule === PUBLIC ? [] : [{ bearer: [] }];
  if (rule !== PUBLIC) Object.assign(operation, { 'x-allowed-callers': rule });
  if (method === 'POST' && isTransactional) operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
}

/**
 * zod as JSON Schema 2020-12, which OpenAPI 3.1 embeds as it is. Schemas with an id (`.meta({ id: 'Booking' })`) become
 * components; what a caller sends has names of its own, because it may be stricter than what it gets.
 */
function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): StandardSchemaConversionResult {
  const suffix = io === 'input' ? 'Input' : '';
  const json = z.toJSONSchema(schema, { io, unrepresentable: 'any', cycles: 'ref' });
  const text = JSON.stringify(json).replace(/"#\/\$defs\/([^"]+)"/g, `"#/components/schemas/$1${suffix}"`);
  const {
    $defs = {},
    $schema: _dialect,
    id: _id,
    ...root
  } = JSON.parse(text) as Record<string, unknown> & {
    $defs?: Record<string, Record<string, unknown>>;
  };
  const components = Object.fromEntries(
    Object.entries($defs).map(([name, { id: _componentId, ...definition }]) => [`${name}${suffix}`, definition]),
  );
  return { schema: root, components };
}
