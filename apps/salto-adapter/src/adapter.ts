import { connectEvents, createService, type Service } from '@latchkey/service-kit';
import { AppModule } from './app.module.ts';
import type { AdapterConfig } from './config.ts';
import { WorkerModule } from './worker.module.ts';

const description = `
Connects locations to Salto KS sites: an administrator begins a consent, goes to Salto's page and back, and chooses a
site. Every refusal is \`application/problem+json\`; besides the usual codes:

- of a consent: \`consent_unknown\`, \`consent_expired\`, \`consent_cancelled\`, \`consent_failed\`,
  \`consent_of_another_person\`, \`no_site_administered\`;
- of a choice: \`account_not_as_shown\`, \`site_not_administered\`, \`site_subscription_expired\`,
  \`site_used_by_another_location\`, \`site_change_unconfirmed\`;
- of a group and its people: \`access_group_not_found\`, \`billing_gateway_unavailable\`,
  \`access_service_unavailable\`;
- \`salto_unavailable\`, and the state of a connection that does not work.
`;

/** Builds the HTTP side with the consumer of people, without starting it. */
export async function createAdapter(config: AdapterConfig): Promise<Service> {
  const docs = { title: 'Latchkey Salto adapter', description, version: '1' };
  const service = await createService({ name: 'salto-adapter', module: AppModule.with(config), config, docs });
  connectEvents(service.app);
  return service;
}

/** Builds the Temporal worker, with health and metrics over HTTP. */
export function createAdapterWorker(config: AdapterConfig): Promise<Service> {
  return createService({ name: 'salto-adapter-worker', module: WorkerModule.with(config), config });
}
