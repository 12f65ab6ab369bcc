import type * as z from 'zod';
import type { CheckedAction } from '../../wire/checked-action.ts';
import type { SqsState } from './state.ts';

/** Infers the types of an action from the schema of its request. */
export const action = <Shape extends z.ZodType, Response>(one: CheckedAction<SqsState, Shape, Response>) => one;
