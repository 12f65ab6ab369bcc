import middy from '@middy/core';
import * as z from 'zod';
import { parseHalt } from '../../domain/trading/halt-request.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { hostCommandSchema } from '../middleware/payload.ts';
import { awaitHalts } from './await-halts.ts';
import type { HaltDeps, HaltInvocation, Halting } from './halting.ts';
import { sendHalts } from './send-halts.ts';

const input = z.object({
  part: z.enum(['send', 'wait', 'failed']),
  execution: z.object({ id: z.string(), name: z.string(), start_time: z.string(), input: z.unknown() }),
  command: hostCommandSchema,
  documents: z.array(z.object({ name: z.string(), sha256: z.string() })),
  templates: z.record(z.string(), z.string()),
  /** The result of the part `send`. Absent or null: that part. */
  halting: z.unknown().optional(),
  /** Why the halt failed. Only for the part `failed`. */
  problem: z.string().nullish(),
});
type Input = z.infer<typeof input>;

/** Halts trading on the hosts, in parts. Takes no lock and needs no table; calling a part twice is harmless. */
export const haltTheHostsHandler = (deps: HaltDeps) =>
  middy(async ({ part, halting, problem, ...invocation }: Input) => {
    if (part === 'send') return sendHalts(deps, invocation);
    if (part === 'wait') return awaitHalts(deps, invocation, halting as Halting);
    return tellOfFailure(deps, invocation, problem ?? 'The reason is not known.');
  }).use(checkedInput(input));

/** Tells everybody that the halt failed: trading may go on. */
async function tellOfFailure(deps: HaltDeps, { execution, templates }: HaltInvocation, problem: string) {
  const { operator, reason } = parseHalt(execution.input);
  const halt = { halt: execution.name, operator, reason, at: execution.start_time, by: execution.id };
  const values = {
    trading_operator: operator,
    trading_reason: reason,
    trading_problem: problem,
    ...{ halt_id: execution.name, trading_execution: execution.id },
  };
  await deps.tell({ name: 'halt-failed', text: templates['halt-failed'] ?? '' }, values);
  return {
    ...halt,
    hosts: 0,
    confirmed: 0,
    confirmed_within_seconds: null,
    not_confirmed: [],
    unacknowledged: {},
    problem,
  };
}
