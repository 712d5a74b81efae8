/** A record that is no event of ours: its envelope, encoding or data breaks the contract. It goes to the dead letters. */
export class MalformedEvent extends Error {
  readonly code = 'event_malformed';
  override readonly name = 'MalformedEvent';
}

/** An event of a major version that this consumer was not written for. It goes to the dead letters. */
export class UnknownEventVersion extends Error {
  readonly code = 'event_version_unknown';
  override readonly name = 'UnknownEventVersion';
}

/**
 * Thrown by a handler for an event that it can never handle, however often it is tried.
 * The event goes to the dead letters; anything else that a handler throws counts as a failing dependency.
 */
export class PermanentlyRejected extends Error {
  override readonly name = 'PermanentlyRejected';
  readonly code: string;

  /**
   * @param code stable, snake_case; shown by the dead-letter command
   * @param message without names, e-mails or other personal data: it is kept in Kafka
   */
  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}

/** What sends an event to the dead letters. */
export type DeadLetterCause = MalformedEvent | UnknownEventVersion | PermanentlyRejected;

/** Whether this error is about the event itself, not about a dependency that fails for now. */
export function isDeadLetterCause(error: unknown): error is DeadLetterCause {
  return (
    error instanceof MalformedEvent || error instanceof UnknownEventVersion || error instanceof PermanentlyRejected
  );
}
