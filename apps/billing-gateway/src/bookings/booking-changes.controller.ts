import {
  bookingBody,
  bookingSwap,
  newInvitee,
  swappedBookings,
  type BookingBody,
  type BookingSwap,
  type NewInvitee,
  type SwappedBookings,
  uuid,
} from '@latchkey/contracts';
import { Allow, Answers, CurrentCaller, IfMatch, Transaction, type Caller } from '@latchkey/service-kit';
import { Body, Controller, Delete, HttpCode, Param, Post } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { z } from 'zod';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { Clock } from '../clock.ts';
import { BookingCancellation } from './booking-cancellation.ts';
import { bookingBodyOf } from './booking.entity.ts';
import { BookingInviting } from './booking-inviting.ts';
import { BookingMoving } from './booking-moving.ts';
import { BookingOpening } from './booking-opening.ts';

const inviteeParams = z.strictObject({ id: uuid, personId: uuid });
type InviteeParams = z.infer<typeof inviteeParams>;

/** What happens to a booking besides moving: it is cancelled or swapped, and people are invited to it. */
@ApiTags('bookings')
@Controller('v1/bookings/:id')
export class BookingChangesController {
  constructor(
    private readonly opening: BookingOpening,
    private readonly cancellation: BookingCancellation,
    private readonly moving: BookingMoving,
    private readonly inviting: BookingInviting,
    private readonly clock: Clock,
  ) {}

  @Post('cancel')
  @HttpCode(200)
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, bookingBody, 'Cancelled: its access ends at once; before its start, its day pass is returned')
  async cancel(
    @Param({ schema: idParams }) { id }: IdParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<BookingBody> {
    const now = this.clock.now();
    const request = { id, expected, caller };
    const { locationId, resourceId } = await this.opening.find(em, request);
    const location = (await this.opening.lockLocations(em, [locationId]))(locationId);
    const booking = await this.opening.lock(em, request, location, [resourceId], now);
    await this.cancellation.cancel(em, booking, now);
    return bookingBodyOf(booking);
  }

  @Post('swap')
  @HttpCode(200)
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, swappedBookings, 'Both bookings now')
  async swap(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: bookingSwap }) body: BookingSwap,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<SwappedBookings> {
    const { booking, other } = await this.moving.swap(em, { id, expected, caller }, body, this.clock.now());
    return { booking: bookingBodyOf(booking), other: bookingBodyOf(other) };
  }

  @Post('invitees')
  @HttpCode(200)
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, bookingBody, 'The booking now, with one more invitee')
  async invite(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: newInvitee }) invitee: NewInvitee,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<BookingBody> {
    return bookingBodyOf(await this.inviting.invite(em, { id, expected, caller }, invitee, this.clock.now()));
  }

  @Delete('invitees/:personId')
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, bookingBody, 'The booking now; who was invited has lost its access')
  async uninvite(
    @Param({ schema: inviteeParams }) { id, personId }: InviteeParams,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<BookingBody> {
    return bookingBodyOf(await this.inviting.uninvite(em, { id, expected, caller }, personId, this.clock.now()));
  }
}
