import type { Route } from '../http/route.ts';
import { connectHub } from './connect-hub.ts';
import { negotiateHub } from './negotiate-hub.ts';

/** The event hub. Salto has it on a host of its own, and a second one for incidents, which is not here. */
export const hubRoutes: readonly Route[] = [negotiateHub, connectHub];
