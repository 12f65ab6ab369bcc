import middy from '@middy/core';
import * as z from 'zod';
import { checkedInput } from '../middleware/checked-input.ts';
import { type FindDeps, findUntoldHalts } from './find-untold-halts.ts';
import { type RecordDeps, recordTheHalt } from './record-the-halt.ts';

/** The event of the rule that looks for halts whose execution was stopped. */
const look = z.object({ look: z.literal('untold halts') });

const ofMachine = z.object({
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
    also_not_confirmed: z.array(z.string()).exactOptional(),
    cancelled: z.int().exactOptional(),
    unacknowledged: z.record(z.string(), z.number()),
    problem: z.string().exactOptional(),
  }),
  input: z.unknown(),
});

const input = z.union([look, ofMachine]);

/** Records a halt, or looks for halts that nobody recorded. Calling it twice records each once. */
export const recordTheHaltHandler = (deps: RecordDeps & FindDeps) =>
  middy(async (request: z.infer<typeof input>) =>
    'look' in request ? findUntoldHalts(deps) : recordTheHalt(deps, request),
  ).use(checkedInput(input));
