import middy from '@middy/core';
import * as z from 'zod';
import { parseHalt } from '../../domain/trading/halt-request.ts';
import { checkedInput } from '../middleware/checked-input.ts';
import { type TradingInvocation, tradingInvocation } from '../middleware/trading-invocation.ts';
import { awaitHalts, tellAgain, valuesOf } from './await-halts.ts';
import type { HaltDeps, Halted, Halting } from './halting.ts';
import { sendHalts } from './send-halts.ts';

const input = z.object({
  part: z.enum(['send', 'wait', 'tell', 'failed']),
  ...tradingInvocation,
  /** The result of the part `send`. Absent or null: that part. */
  halting: z.unknown().optional(),
  /** The result, with what is owed to people. Only for the part `tell`. */
  halt: z.unknown().optional(),
  /** Why the halt failed. Only for the part `failed`. */
  problem: z.string().nullish(),
});
type Input = z.infer<typeof input>;

/** Halts trading on the hosts, in parts. Takes no lock and needs no table; calling a part twice is harmless. */
export const haltTheHostsHandler = (deps: HaltDeps) =>
  middy(async ({ part, halting, halt, problem, ...invocation }: Input) => {
    if (part === 'send') return sendHalts(deps, invocation);
    if (part === 'wait') return awaitHalts(deps, invocation, halting as Halting);
    if (part === 'tell') return tellAgain(deps, invocation, halt as Halted);
    return tellOfFailure(deps, invocation, problem ?? 'The reason is not known.');
  }).use(checkedInput(input));

/** Tells everybody that the halt failed: trading may go on. If SNS does not take it, the result has what is owed. */
async function tellOfFailure(
  { tell, contact }: HaltDeps,
  { execution, templates }: TradingInvocation,
  problem: string,
): Promise<Halted> {
  const { operator, reason } = parseHalt(execution.input);
  const counts = { hosts: 0, confirmed: 0, confirmed_within_seconds: null, not_confirmed: [], unacknowledged: {} };
  const by = { halt: execution.name, operator, reason, at: execution.start_time, by: execution.id };
  const halt = { ...by, ...counts, contact, problem };
  try {
    await tell({ name: 'halt-failed', text: templates['halt-failed'] ?? '' }, valuesOf(halt));
    return halt;
  } catch (error) {
    return { ...halt, untold: { messages: ['halt-failed'], problem: (error as Error).message } };
  }
}
