import type * as z from 'zod';
import type { CheckedAction } from '../checked-action.ts';
import type { SqsState } from './state.ts';

/** Gives an action the types of its request. */
export const action = <Shape extends z.ZodType, Response>(one: CheckedAction<SqsState, Shape, Response>) => one;
