import { runProcess } from '@latchkey/service-kit';
import { readGatewayConfig } from './config.ts';
import { createGateway } from './gateway.ts';

runProcess(() => createGateway(readGatewayConfig()));
