import { connectEvents, createService, type Service } from '@latchkey/service-kit';
import { AppModule } from './app.module.ts';
import type { AccessServiceConfig } from './config.ts';

const description = `
Which access groups plans, resources and subscriptions give, who has access and why, and what went wrong.

- Edits need \`If-Match\` with the \`ETag\` of what was read.
- Instants are RFC 3339 in UTC; \`…Local\` is wall time at the location.
- What is another's answers 404. Every refusal is \`application/problem+json\` with a stable \`code\`.
`;

/** Builds the service with its consumers, without starting it. */
export async function createAccessService(config: AccessServiceConfig): Promise<Service> {
  const docs = { title: 'Latchkey access service', description, version: '1' };
  const service = await createService({ name: 'access-service', module: AppModule.with(config), config, docs });
  connectEvents(service.app);
  return service;
}
