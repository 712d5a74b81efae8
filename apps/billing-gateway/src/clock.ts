import { Injectable } from '@nestjs/common';

/** Where requests get their `now`: one reading per request, so that everything in it agrees. */
@Injectable()
export class Clock {
  /** Epoch ms. */
  now(): number {
    return Date.now();
  }
}
