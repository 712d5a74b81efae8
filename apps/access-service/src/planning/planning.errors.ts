/** The workflow's clock is far ahead of the database's: deciding for that instant could revoke what is still wanted. */
export class ClockAhead extends Error {
  readonly code = 'clock_ahead';

  constructor(asOf: number, databaseNow: number) {
    super(`the workflow's clock is ${asOf - databaseNow} ms ahead of the database's: set the machines' clocks`);
    this.name = 'ClockAhead';
  }
}
