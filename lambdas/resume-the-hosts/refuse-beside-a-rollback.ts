import type { BrakeEvent } from '../../domain/history/brake-event.ts';
import type { Host } from '../../domain/host/host-verdict.ts';
import { environmentOption } from '../../domain/message/execution-place.ts';
import { stillHalf, stillOwed, whyHalf } from '../../domain/message/half-rolled-back.ts';
import { openReasons, owedReasons, putBackReasons } from '../../domain/message/owed-before-resume.ts';
import type { ResumeRequest } from '../../domain/trading/halt-request.ts';
import type { ResumeDeps } from './resuming.ts';

/**
 * Returns why trading must not resume on these hosts now: a rollback holds the fleet, so trading would run on code that is being replaced
 * under it; one stopped half way, its fleet was released, and none has finished its work; one of the hosts is still owed a rollback; the bad
 * version is back on one; or a CRITICAL alarm asks and nobody has decided. undefined: none of these. A rollback that only waits holds no
 * fleet. `despite`: the rollbacks of which the person knows.
 */
export async function besideARollback(
  {
    queue,
    owed,
    truth,
    asked,
    environment,
    now,
  }: Pick<ResumeDeps, 'queue' | 'owed' | 'truth' | 'asked' | 'environment' | 'now'>,
  { despite }: Pick<ResumeRequest, 'despite'>,
  { hosts, events }: { readonly hosts: readonly Host[]; readonly events: readonly BrakeEvent[] },
): Promise<string | undefined> {
  const [{ holder, half }, left, found, questions] = await Promise.all([queue(), owed(), truth(), asked()]);
  if (holder)
    return `Trading stays halted: rollback ${holder.rollback} holds the fleet and may replace the code under it. Ask again after its end; \`rollback show ${holder.rollback}\` says what it waits for.`;
  const words = environmentOption(environment);
  const known = stillOwed(owedReasons(left, hosts, words), events);
  const present = [...putBackReasons(found, hosts), ...openReasons(questions, now())];
  return whyHalf(stillHalf(half, events), [...present, ...known], { despite, words });
}
