import { createService, type Service } from '@latchkey/service-kit';
import type { DynamicModule } from '@nestjs/common';
import { AppModule } from './app.module.ts';
import type { GatewayConfig } from './config.ts';
import { constraintProblems } from './constraint-problems.ts';
import { describeProblemCodes } from './problem-codes.ts';

const description = `
Locations, people, companies, plans, resources, subscriptions and bookings: what access to doors follows from.

- \`POST\` is repeatable with an \`Idempotency-Key\`. Edits need \`If-Match\` with the \`ETag\` of what was read.
- Lists are cursor-paged: send \`nextCursor\` as \`cursor\` while there is one.
- Dates are those of the location's time zone; instants are RFC 3339 in UTC.
- What is another's answers 404. Every refusal is \`application/problem+json\` with one of these codes, or
  \`<kind>_not_found\`, \`validation_failed\`, \`version_conflict\`, \`if_match_required\`, \`role_missing\`, \`scope_missing\`:

${describeProblemCodes()}
`;

/** Builds the gateway, without listening yet. @param module a test may bring one that publishes nothing */
export function createGateway(config: GatewayConfig, module: DynamicModule = AppModule.with(config)): Promise<Service> {
  const docs = { title: 'Latchkey billing gateway', description, version: '1' };
  return createService({ name: 'billing-gateway', module, config, constraints: constraintProblems, docs });
}
