import {
  begunConsent,
  consentBody,
  consentCompletion,
  type BegunConsent,
  type ConsentBody,
  type ConsentCompletion,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  NotIdempotent,
  requireAdministratorOf,
  type Caller,
} from '@latchkey/service-kit';
import { Body, Controller, Delete, Get, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { z } from 'zod';
import { locationParams, type LocationParams } from './connection.schemas.ts';
import { personOf } from './caller.ts';
import { Consents } from './consents.ts';
import { askingSalto } from './salto-problems.ts';

const consentParams = z.strictObject({ consentId: z.uuid() });
type ConsentParams = z.infer<typeof consentParams>;

/** Administrators alone consent, with their own tokens: a program has nobody who could sign in at Salto. */
@ApiTags('connections')
@Controller('v1')
export class ConsentsController {
  constructor(private readonly consents: Consents) {}

  @Post('connections/:locationId/consents')
  @Allow({ administrator: true })
  @Answers(201, begunConsent, 'Send the browser to `authorizationUrl`; it comes back to the page set up for that')
  @NotIdempotent('each one is a consent of its own, and the newest alone counts')
  async begin(
    @Param({ schema: locationParams }) { locationId }: LocationParams,
    @CurrentCaller() caller: Caller,
  ): Promise<BegunConsent> {
    requireAdministratorOf(caller, locationId);
    return askingSalto(this.consents.begin(personOf(caller), locationId));
  }

  @Post('consents/completions')
  @HttpCode(200)
  @Allow({ administrator: true })
  @Answers(200, consentBody, 'The account that consented, and the sites that it administers')
  @NotIdempotent('a state is good for one use; afterwards the consent is read')
  complete(
    @Body({ schema: consentCompletion }) completion: ConsentCompletion,
    @CurrentCaller() caller: Caller,
  ): Promise<ConsentBody> {
    return askingSalto(this.consents.complete(personOf(caller), completion));
  }

  @Get('consents/:consentId')
  @Allow({ administrator: true })
  @Answers(200, consentBody, 'A given consent, until a site is chosen')
  read(
    @Param({ schema: consentParams }) { consentId }: ConsentParams,
    @CurrentCaller() caller: Caller,
  ): Promise<ConsentBody> {
    return askingSalto(this.consents.read(personOf(caller), consentId));
  }

  @Delete('consents/:consentId')
  @HttpCode(204)
  @Allow({ administrator: true })
  @Answers(204, undefined, 'Abandoned: its tokens are revoked and erased')
  abandon(
    @Param({ schema: consentParams }) { consentId }: ConsentParams,
    @CurrentCaller() caller: Caller,
  ): Promise<void> {
    return this.consents.abandon(personOf(caller), consentId);
  }
}
