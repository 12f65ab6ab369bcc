import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type RecordDeps, recordTheHalt } from './record-the-halt.ts';

const input = z.object({
  result: z.object({
    halt: z.string(),
    operator: z.string(),
    reason: z.string(),
    at: z.string(),
    by: z.string(),
    hosts: z.int(),
    confirmed: z.int(),
    confirmed_within_seconds: z.int().nullable(),
    not_confirmed: z.array(z.object({ host: z.string(), reason: z.string() })),
    cancelled: z.int().exactOptional(),
    unacknowledged: z.record(z.string(), z.number()),
    problem: z.string().exactOptional(),
  }),
  input: z.unknown(),
});

/** Records a halt. Calling it twice records it once. */
export const recordTheHaltHandler = (deps: RecordDeps) =>
  middy(async (request: z.infer<typeof input>) => recordTheHalt(deps, request)).use(checkedInput(input));
