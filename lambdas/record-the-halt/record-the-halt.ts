import { haltedEvent } from '../../domain/history/trading-event.ts';
import { parseHalt } from '../../domain/trading/halt-request.ts';
import type { HaltResult } from '../../domain/trading/halt-result.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';

export type RecordDeps = { readonly history: Pick<BrakesHistory, 'append' | 'link'>; readonly now: () => number };

/** Records a halt in the history of the environment, in the name of its person. Returns its result. Calling it again records it once. */
export async function recordTheHalt(
  { history, now }: RecordDeps,
  { result, input }: { readonly result: HaltResult & { readonly problem?: string }; readonly input: unknown },
): Promise<HaltResult & { readonly recorded: string }> {
  const event = await history.append(haltedEvent(result, parseHalt(input).hosts));
  await history.link(new Date(now()).toISOString());
  return { ...result, recorded: event.id };
}
