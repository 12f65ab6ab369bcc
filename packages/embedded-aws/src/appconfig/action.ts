import type * as z from 'zod';
import type { Action } from '../wire/service.ts';
import type { AppConfigState } from './state.ts';

/** An action with the shape of its request: a field that is not there is refused by name before anything else. */
export type CheckedAction<Shape extends z.ZodType, Response> = Action<AppConfigState, z.output<Shape>, Response> & {
  readonly request: Shape;
};

/** Gives an action the types of its request. */
export const action = <Shape extends z.ZodType, Response>(one: CheckedAction<Shape, Response>) => one;
