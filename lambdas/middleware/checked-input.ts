import type middy from '@middy/core';
import * as z from 'zod';

/**
 * Replaces the raw event with what `schema` makes of it; a mistake fails the task before the handler runs.
 *
 * The event comes from statemachines/, so a mistake here is ours and not the operator's.
 */
export const checkedInput = <T>(schema: z.ZodType<T>): middy.MiddlewareObj<T> => ({
  before: (request) => {
    const result = schema.safeParse(request.event);
    if (!result.success)
      throw new Error(`The state machine sent what this function cannot read: ${z.prettifyError(result.error)}`);
    request.event = result.data;
  },
});
