import {
  bookingBody,
  bookingEdit,
  bookingPage,
  newBooking,
  type BookingBody,
  type BookingEdit,
  type NewBooking,
} from '@latchkey/contracts';
import {
  Allow,
  Answers,
  CurrentCaller,
  IfMatch,
  Transaction,
  notFound,
  type Caller,
  type Page,
} from '@latchkey/service-kit';
import { Body, Controller, Get, Param, Patch, Post, Query } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import { EntityManager } from 'typeorm';
import { mapPage } from '../aggregates/aggregate-list.ts';
import { idParams, type IdParams } from '../aggregates/aggregate.schemas.ts';
import { Clock } from '../clock.ts';
import { bookingBodyOf } from './booking.entity.ts';
import { bookingsQuery, listBookings, type BookingsQuery } from './booking-list.ts';
import { BookingMaking } from './booking-making.ts';
import { BookingMoving } from './booking-moving.ts';
import { BookingRepository } from './booking.repository.ts';
import { isVisibleTo } from './booking-rights.ts';

@ApiTags('bookings')
@Controller('v1/bookings')
export class BookingsController {
  constructor(
    private readonly database: EntityManager,
    private readonly bookings: BookingRepository,
    private readonly making: BookingMaking,
    private readonly moving: BookingMoving,
    private readonly clock: Clock,
  ) {}

  @Post()
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(201, bookingBody, 'The new booking; its owner and invitees get access for its window')
  async make(
    @Body({ schema: newBooking }) body: NewBooking,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<BookingBody> {
    return bookingBodyOf(await this.making.make(em, caller, body, this.clock.now()));
  }

  @Get()
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, bookingPage, 'Own ones and those with an invitation, of companies that it manages, of its locations')
  async list(
    @Query({ schema: bookingsQuery }) query: BookingsQuery,
    @CurrentCaller() caller: Caller,
  ): Promise<Page<BookingBody>> {
    return mapPage(await listBookings(this.database, query, caller), bookingBodyOf);
  }

  @Get(':id')
  @Allow({ administrator: true, member: true, service: 'billing:read' })
  @Answers(200, bookingBody)
  async read(@Param({ schema: idParams }) { id }: IdParams, @CurrentCaller() caller: Caller): Promise<BookingBody> {
    const booking = await this.bookings.find(this.database, id);
    if (!(await isVisibleTo(this.database, caller, booking))) throw notFound('booking', id);
    return bookingBodyOf(booking);
  }

  @Patch(':id')
  @Allow({ administrator: true, member: true, service: 'billing:write' })
  @Answers(200, bookingBody, 'The booking now: moved, lengthened or shortened; access follows at once')
  async change(
    @Param({ schema: idParams }) { id }: IdParams,
    @Body({ schema: bookingEdit }) edit: BookingEdit,
    @IfMatch() expected: number,
    @CurrentCaller() caller: Caller,
    @Transaction() em: EntityManager,
  ): Promise<BookingBody> {
    return bookingBodyOf(await this.moving.change(em, { id, expected, caller }, edit, this.clock.now()));
  }
}
