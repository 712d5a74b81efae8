import type { ApplyRequest, ApplyResult, DoorActivities, PrepareRequest } from '@latchkey/access-workflows';
import type { Access } from './access.ts';
import { attempted } from './attempted.ts';

/** What workflows ask of Salto KS. */
export class Doors implements DoorActivities {
  readonly #access: Access;

  constructor(access: Access) {
    this.#access = access;
  }

  // Temporal takes an object's own functions.
  readonly applyAccess = (request: ApplyRequest): Promise<ApplyResult> =>
    attempted(request, () => this.#access.apply(request));

  readonly prepareMember = (request: PrepareRequest): Promise<void> =>
    attempted(request, () => this.#access.prepare(request));
}
