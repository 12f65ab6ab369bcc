import { checkIds } from '../infra/runbook-steps.ts';
import { type OfPhases, phaseOptions, phasesOf } from '../phases.ts';
import { yourName } from '../placeholder.ts';
import type { RollbackEvent } from './event.ts';
import type { RollbackRecord } from './record.ts';

type Stopped = Pick<RollbackRecord, 'phase' | 'phases' | 'steps' | 'left_out'>;
type Away = Pick<RollbackRecord, 'left_out' | 'hosts_not_online' | 'only_hosts'>;

/**
 * Returns the phases that a rollback of several had not done when it stopped, the latest first: phases run one after the other, so
 * those before the one of its last step are done. That one counts as left, because its later steps may be missing. A phase of
 * which a step was skipped counts as left too: no host has done that step.
 */
export function phasesLeft({ phase, phases, steps, left_out }: Stopped): readonly number[] {
  const all = phasesOf({ phase, phases });
  const last = steps.map(({ step }) => step).findLast((step) => !isCheck(step));
  const reached = phaseOfStep(last);
  if (!all.includes(reached)) return all;
  const skipped = left_out.flatMap((one) => ('step' in one ? [phaseOfStep(one.step)] : []));
  return all.filter((one, index) => index >= all.indexOf(reached) || skipped.includes(one));
}

/** Returns the phases that the other hosts of a stopped rollback have done: a host that was not among them is owed each. */
export function phasesDone(record: Stopped): readonly number[] {
  const left = phasesLeft(record);
  return phasesOf(record).filter((one) => !left.includes(one));
}

/**
 * Returns the phases that a rollback began to undo, by its events. `touched`: a command may have reached a host. The lock is marked
 * before the first step is on record, so the latest phase counts even without an event.
 */
export function phasesBegun(of: OfPhases, events: readonly RollbackEvent[], touched: boolean): readonly number[] {
  if (!touched || !of.phases) return touched ? phasesOf(of) : [];
  const begun = new Set(
    events
      .filter(({ type }) => type === 'Flags overridden' || type === 'Step started')
      .map(({ detail }) => phaseOfStep(String(detail['step']))),
  );
  return of.phases.filter((one, index) => begun.has(one) || (index === 0 && begun.size === 0));
}

/** Returns the phase in the id of a step of a rollback of several phases; NaN: the id names none. */
const phaseOfStep = (step = ''): number => Number(/^phase-(\d+)-/.exec(step)?.[1] ?? Number.NaN);

const isCheck = (step: string) => checkIds.some((one) => one === step.replace(/^phase-\d+-/, ''));

/** Returns the names of the hosts that people left out of a rollback. */
export const leftOutHosts = ({ left_out }: Pick<RollbackRecord, 'left_out'>): string[] =>
  left_out.flatMap((one) => ('host' in one ? [one.host] : []));

/**
 * Returns the commands that roll back what a rollback has left, in the order in which to paste them.
 *
 * A phase that is done is not repeated: its steps call the customer's code, which a later step may have taken back. So each phase
 * that is left is started alone, unless all are. A phase that is done is started only for the hosts that were not among those
 * that did it.
 */
export function startCommandsLeft(record: Stopped & Away, environmentWords: string): string[] {
  const { phase, phases, only_hosts } = record;
  if (!phases) return startCommands([{ phase, hosts: only_hosts ?? [] }], environmentWords);
  const left = phasesLeft(record);
  if (left.length === phases.length) return startCommands([{ phase, phases }], environmentWords);
  const hosts = [...leftOutHosts(record), ...record.hosts_not_online];
  const starts = phases.map((one) => (left.includes(one) ? { phase: one } : { phase: one, hosts }));
  return startCommands(
    starts.filter((one) => !('hosts' in one) || hosts.length > 0),
    environmentWords,
  );
}

/**
 * Returns the commands for a person who wants to roll back after a rollback of several phases has ended: what it has left if it
 * stopped, else all of its phases; none for a rollback of one phase.
 */
export function startAgainCommands(
  record: Stopped & Away & Pick<RollbackRecord, 'ending'>,
  environmentWords: string,
): string[] {
  const { phase, phases, ending } = record;
  if (!phases) return [];
  if (ending !== null && ending !== 'Needs a person') return startCommands([{ phase, phases }], environmentWords);
  return startCommandsLeft(record, environmentWords);
}

/** Returns the commands that roll left-out hosts back in each phase of a rollback, in the order in which to paste them. */
export const startCommandsForHosts = (of: OfPhases, hosts: readonly string[], environmentWords: string): string[] =>
  startCommands(
    phasesOf(of).map((phase) => ({ phase, hosts })),
    environmentWords,
  );

type Start = OfPhases & { readonly hosts?: readonly string[] };

/**
 * Every start but the last returns at once, so that the next one waits for the fleet while it runs. If it ended alone, the phases
 * that are still bad would keep its hosts ill, and its recovery would not be confirmed.
 */
const startCommands = (starts: readonly Start[], environmentWords: string): string[] =>
  starts.map(({ hosts = [], ...of }, index) =>
    [
      `npm run rollback -- start ${phaseOptions(of)}`,
      ...(hosts.length > 0 ? [` --only-hosts ${hosts.join(',')}`] : []),
      ` --operator "${yourName}"`,
      ...(index < starts.length - 1 ? [' --no-wait'] : []),
      environmentWords,
    ].join(''),
  );
