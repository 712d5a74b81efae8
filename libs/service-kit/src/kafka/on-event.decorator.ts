import type { EventDefinition } from '@latchkey/contracts';
import { Catch, UseFilters, type RpcExceptionFilter } from '@nestjs/common';
import { EventPattern } from '@nestjs/microservices';
import { throwError, type Observable } from 'rxjs';

/** Nest's own filter turns every error into `{ status: 'error' }`; the consumer must see which it was. */
@Catch()
class PassErrorsOn implements RpcExceptionFilter {
  catch(error: unknown): Observable<never> {
    return throwError(() => error);
  }
}

/** The key of `@EventPattern`'s extras under which the definition is found. */
export const DEFINITION = 'definition';

/**
 * Makes a controller's method the handler of an event: `@EventPattern` of its type, which also knows topic and schema.
 * The method is given `Received<typeof definition>`, already checked, and may answer `HandledAs`.
 */
export function OnEvent<Data>(definition: EventDefinition<Data>): MethodDecorator {
  const pattern = EventPattern(definition.type, { [DEFINITION]: definition }) as MethodDecorator;
  const filter = UseFilters(new PassErrorsOn());
  return (target, key, descriptor) => {
    pattern(target, key, descriptor);
    filter(target, key, descriptor);
  };
}
