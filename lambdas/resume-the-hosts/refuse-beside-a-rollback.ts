import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import { stillHalf, whyHalf } from '../../domain/message/half-rolled-back.ts';
import type { ResumeRequest } from '../../domain/trading/halt-request.ts';
import type { ResumeDeps } from './resuming.ts';

/**
 * Returns why trading must not resume now: a rollback holds the fleet, so trading would run on code that is being replaced under it; or one
 * stopped half way, its fleet was released, and none has finished its work. undefined: neither. A rollback that only waits or asks holds no
 * fleet. `despite`: the rollbacks of which the person knows that they stopped half way.
 */
export async function besideARollback(
  { queue }: Pick<ResumeDeps, 'queue'>,
  { despite }: Pick<ResumeRequest, 'despite'>,
  events: readonly BrakeEvent[],
): Promise<string | undefined> {
  const { holder, half } = await queue();
  if (holder)
    return `Trading stays halted: rollback ${holder.rollback} holds the fleet and may replace the code under it. Ask again after its end; \`rollback show ${holder.rollback}\` says what it waits for.`;
  return whyHalf(stillHalf(half, events), despite);
}
