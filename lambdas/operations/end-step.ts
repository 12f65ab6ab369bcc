import { actFirst, actingOf } from '../../domain/decision/fleet-queue.ts';
import { OthersFirst, StepFailed } from '../../domain/errors.ts';
import type { Chain } from '../../domain/history/event.ts';
import { failureSentence, failures, type HostVerdict } from '../../domain/host/host-verdict.ts';
import { reportsIn, reportsOf } from '../stores/history.ts';
import type { Attempt } from '../stores/step-attempts.ts';
import type { HostStepDeps, HostStepRequest } from './host-attempt.ts';
import { mostNamed } from './most-named.ts';

/** Output of a step's state: counts and the chain's end. Each host's report is a HOST item in the history table. */
export type StepResult = {
  readonly step: string;
  readonly attempt: number;
  readonly hosts_done: number;
  readonly hosts: number;
  /** A person had the rollback begin after the step: nothing was sent. Absent: the step ran. */
  readonly passed_over?: true;
  readonly chain: Chain;
};

type StepOutcome = { readonly verdicts: readonly HostVerdict[]; readonly hosts: number; readonly first?: boolean };

/**
 * Stores the result of an attempt: each host's verdict, then the event, then the attempt itself. In this order, a
 * repeat after a crash in between stores the same result.
 *
 * `hosts`: the number of hosts in the rollback's scope. `first`: no verdict on the step was stored before. Throws StepFailed with the failed hosts' names and reasons;
 * OthersFirst if a step that judges the whole host failed while rollbacks of other phases wait.
 */
export async function endStep(
  deps: HostStepDeps,
  { rollback, command }: HostStepRequest,
  attempt: Attempt,
  { verdicts, hosts, first = false }: StepOutcome,
): Promise<StepResult> {
  const { history, attempts, now } = deps;
  const { failed, notSent } = failures(verdicts);
  const hosts_done = hosts - failed.length - notSent.length;
  await history.putHosts(rollback.id, command.id, verdicts);
  const chain = await history.append(rollback.id, {
    id: `step-ended/${command.id}/${attempt.number}`,
    type: hosts_done === hosts ? 'Step done' : 'Step failed',
    at: new Date(now()).toISOString(),
    detail: {
      step: command.id,
      attempt: attempt.number,
      hosts_done,
      hosts,
      ...(notSent.length > 0 ? { not_sent: notSent.length } : {}),
      failed: failed.slice(0, mostNamed).map(({ host, reason }) => ({ host: host.name, reason })),
      reports: first ? reportsIn(command.id, verdicts) : await reportsOf(history, rollback.id, command.id),
    },
  });
  await attempts.write(rollback.id, command.id, { ...attempt, verdict: hosts_done === hosts ? 'done' : 'failed' });
  if (hosts_done < hosts) {
    const says = `${command.name} failed on ${failureSentence(verdicts, hosts)}.`;
    throw command.whole && (await othersWait(deps, rollback)) ? new OthersFirst(says) : new StepFailed(says);
  }
  return { step: command.id, attempt: attempt.number, hosts_done, hosts, chain };
}

/** Returns whether rollbacks of other phases wait for the fleet with their own part, which may heal the host. */
async function othersWait({ locks, now }: HostStepDeps, rollback: HostStepRequest['rollback']) {
  const { waiters } = await locks.queue(rollback.fleet);
  return actFirst(waiters, actingOf(rollback), now()).length > 0;
}
