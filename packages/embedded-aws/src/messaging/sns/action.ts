import type * as z from 'zod';
import type { CheckedAction } from '../checked-action.ts';
import type { SnsState } from './state.ts';

/** Gives an action the types of its request. */
export const action = <Shape extends z.ZodType, Response>(one: CheckedAction<SnsState, Shape, Response>) => one;
