import { Injectable } from '@nestjs/common';
import { Logger } from 'nestjs-pino';

/** What Nest tells of its own start: a line for each module and route, of use only to somebody who debugs that. */
const startUp = new Set<unknown>([
  'InstanceLoader',
  'RoutesResolver',
  'RouterExplorer',
  'NestFactory',
  'NestApplication',
]);

/** Nest's words in our log, its start-up chatter at `debug`. */
@Injectable()
export class NestLog extends Logger {
  override log(message: unknown, ...parameters: unknown[]): void {
    if (startUp.has(parameters.at(-1))) this.debug(message, ...parameters);
    else super.log(message, ...parameters);
  }
}
