import { measured } from '../../http/errors.ts';
import { siteRoute } from '../api-route.ts';

/** Entries exist in v1.1 only: v1.2 answers 405 (measured). */
export const entriesOfWrongVersion = siteRoute({
  method: 'GET',
  path: '/v1.2/sites/:site/entries',
  handle: () => {
    throw measured.methodNotAllowed();
  },
});
