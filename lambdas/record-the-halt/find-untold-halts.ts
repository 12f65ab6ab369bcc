import { haltedEvent } from '../../domain/history/trading-event.ts';
import { parseHalt, type TradingRequest } from '../../domain/trading/halt-request.ts';
import { haltValues } from '../../domain/trading/trading-values.ts';
import type { EndedHalt } from '../clients/ended-halts.ts';
import type { TellOfTrading } from '../operations/tell-of-trading.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';

export type FindDeps = {
  readonly endedHalts: () => Promise<readonly EndedHalt[]>;
  readonly see: (executionArn: string) => Promise<{ readonly input: unknown; readonly error?: string | undefined }>;
  readonly history: Pick<BrakesHistory, 'events' | 'append' | 'link'>;
  readonly tell: TellOfTrading;
  /** The text of the message halt-failed. */
  readonly template: string;
  readonly now: () => number;
};

/** A halt of three days ago is known, and Step Functions lists its execution for much longer. */
const lookBack = 3 * 86_400_000;
/** Its functions may still run for a while after an execution was stopped. */
const settles = 60_000;

/**
 * Finds halts whose execution was stopped, or died, before it was recorded: their machine can tell nobody any more. Tells everybody first and then
 * records it, so a run that dies in between tells again. Throws if people cannot be told: the next run tries again.
 */
export async function findUntoldHalts(deps: FindDeps): Promise<{ readonly found: readonly string[] }> {
  const now = deps.now();
  const ended = (await deps.endedHalts()).filter(
    ({ stopped_at }) => now - stopped_at >= settles && now - stopped_at <= lookBack,
  );
  if (ended.length === 0) return { found: [] };
  const recorded = new Set((await deps.history.events()).map(({ id }) => id));
  const found: string[] = [];
  for (const one of ended.filter(({ arn }) => !recorded.has(`trading-halted/${arn}`))) {
    const { input, error } = await deps.see(one.arn);
    const request = requestIn(input);
    if (error === 'InvalidInput' || !request) continue; // refused: nothing was halted, and its person knows that
    await tellAndRecord(deps, one, request);
    found.push(one.name);
  }
  return { found };
}

async function tellAndRecord(
  { tell, template, history, now }: FindDeps,
  { arn, name, status, started_at }: EndedHalt,
  request: TradingRequest,
): Promise<void> {
  const { operator, reason, hosts: only } = request;
  const problem = `The execution of the halt ended ${status} before its result was recorded. Hosts may be halted and others may trade: nobody knows which. Send the halt again.`;
  const counts = { hosts: 0, confirmed: 0, not_confirmed: [], unacknowledged: {} };
  const halt = { halt: name, operator, reason, at: started_at, by: arn, ...counts };
  await tell({ name: 'halt-failed', text: template }, { ...haltValues(halt), trading_problem: problem });
  await history.append(haltedEvent({ ...halt, problem }, only));
  await history.link(new Date(now()).toISOString());
}

/** Returns what was asked; undefined if the input asks for no halt. */
function requestIn(input: unknown): TradingRequest | undefined {
  try {
    return parseHalt(input);
  } catch {
    return undefined;
  }
}
