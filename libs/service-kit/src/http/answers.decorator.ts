import { applyDecorators } from '@nestjs/common';
import { ApiResponse } from '@nestjs/swagger';
import type { z } from 'zod';

/** Documents an answer: `@Answers(200, bookingBody, 'The booking as it is now')`; without a schema it has no body. */
export function Answers(status: number, schema?: z.ZodType, description = ''): MethodDecorator & ClassDecorator {
  return applyDecorators(ApiResponse({ status, description, ...(schema && { standardSchema: schema }) }));
}
