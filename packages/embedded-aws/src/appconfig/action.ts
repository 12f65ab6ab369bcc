import type * as z from 'zod';
import type { Action } from '../wire/service.ts';
import type { AppConfigState } from './state.ts';

/** An action with the schema of its request: an unknown field is refused by name before anything else happens. */
export type CheckedAction<Shape extends z.ZodType, Response> = Action<AppConfigState, z.output<Shape>, Response> & {
  readonly request: Shape;
};

/** Infers the types of an action from the schema of its request. */
export const action = <Shape extends z.ZodType, Response>(one: CheckedAction<Shape, Response>) => one;
