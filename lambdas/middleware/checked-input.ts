import type middy from '@middy/core';
import * as z from 'zod';

/**
 * Replaces the raw event with the value that `schema` parses from it; an invalid event fails the task before the
 * handler runs.
 *
 * The event comes from statemachines/, so an invalid event is a defect of the product and not the operator's mistake.
 */
export const checkedInput = <T>(schema: z.ZodType<T>): middy.MiddlewareObj<T> => ({
  before: (request) => {
    const result = schema.safeParse(request.event);
    if (!result.success) throw new Error(`The state machine sent an invalid event: ${z.prettifyError(result.error)}`);
    request.event = result.data;
  },
});
