import { connectEvents, createService, type Service } from '@latchkey/service-kit';
import { AppModule } from './app.module.ts';
import type { AdapterConfig } from './config.ts';
import { WorkerModule } from './worker.module.ts';

const description = `
Connects locations to Salto KS sites. Every refusal is \`application/problem+json\`; besides the usual codes:
\`site_not_administered\`, \`site_subscription_expired\`, \`refresh_token_refused\`, \`salto_unavailable\`.
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
