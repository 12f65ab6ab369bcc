import type { Environment } from '../infra/environment.ts';
import { stepId } from '../infra/runbook-steps.ts';
import { type OfPhases, phaseWords } from '../phases.ts';
import { newQuestion, type Question, type Stopped } from './question.ts';

/** The step or check at which a rollback stopped, as its machine names it. */
export type StoppedAt = Pick<Stopped, 'step' | 'state' | 'kind'>;

/** The state after the last step, which confirms the recovery (statemachines/states/host-tasks.ts). */
export const confirmingState = 'Confirm recovery';

/** Returns where a rollback stopped, by its machine's state. `restoring`: the states of the steps that restore code. */
export const stoppedAt = (state: string, restoring: readonly string[]): StoppedAt => ({
  step: stepId(state),
  state,
  kind: state === confirmingState ? 'confirming' : restoring.includes(state) ? 'restoring' : 'step',
});

type Waiting = OfPhases & { readonly rollback: string };

/** The facts from which newHandOver() makes a question. */
export type HandOverInput = Pick<
  Question,
  'rollback' | 'number' | 'phase' | 'phases' | 'severity' | 'asked_at' | 'approvers'
> & {
  /** With all its failed hosts. */
  readonly stopped: Omit<Stopped, 'hosts_failed'>;
  /** ISO 8601: by then L2 and L3 are called, if the question waits longer. */
  readonly call_by: string;
  /** Why the rollback stopped, in the words of the step. */
  readonly problem: string;
  /** The CRITICAL rollback that waits for the fleet; null: none does. */
  readonly waiting: Waiting | null;
  /** The CRITICAL alarm that joined a rollback of lower severity; absent: none did. */
  readonly joined?: { readonly alarm: string | null; readonly changed_at: string } | undefined;
};

/** Hosts that a hand-over names with their own words. More would not be read at 3 a.m.; `show` has every host. */
export const mostFailedHosts = 20;

/** Seconds for an answer while a CRITICAL rollback waits for the fleet, or a CRITICAL alarm for this one: it has 15 minutes in all. */
const whileCriticalWaits = 5 * 60;

/**
 * Returns the question of a rollback that could not continue by itself. It waits for the environment's `hand_over` seconds
 * (`times`), or for five minutes if a CRITICAL rollback waits for the fleet or a CRITICAL alarm joined this one.
 *
 * L2 and L3 are called within the severity's limit, however long the question waits (docs/decisions/hand-over.md).
 */
export function newHandOver(
  { stopped, problem, waiting, joined, call_by, ...asking }: HandOverInput,
  times: Environment['questions'],
): Question {
  const hand_over = waiting || joined ? Math.min(times.hand_over, whileCriticalWaits) : times.hand_over;
  const why = [problem, ...(waiting ? [waits(waiting)] : []), ...(joined ? [joins(joined)] : [])];
  const asked = { ...asking, kind: 'hand-over', why, limit: asking.asked_at, expected_minutes: 0 } as const;
  const { failed } = stopped;
  const question = newQuestion(asked, { ...times, hand_over });
  return {
    ...question,
    ...(call_by < question.deadline ? { called_by: call_by } : {}),
    stopped: { ...stopped, failed: failed.slice(0, mostFailedHosts), hosts_failed: failed.length },
  };
}

const waits = ({ rollback, ...of }: Waiting) =>
  `CRITICAL rollback ${rollback} of ${phaseWords(of)} waits for the fleet, so there are five minutes to answer.`;

const joins = ({ alarm, changed_at }: NonNullable<HandOverInput['joined']>) =>
  `CRITICAL alarm ${alarm} joined this rollback (red since ${changed_at}), so there are five minutes to answer.`;

/** Whether a hand-over is asked again with five minutes to answer, now that a CRITICAL rollback waits or a CRITICAL alarm joined. */
export const isCutShort = ({ kind, deadline }: Question, now: number): boolean =>
  kind === 'hand-over' && Date.parse(deadline) - now > whileCriticalWaits * 1000;

/**
 * Returns the hosts of a rollback that an answer leaves out, by name or instance id; a sentence if it cannot leave them out.
 */
export function hostsLeftOut<Host extends { readonly name: string; readonly instance_id: string }>(
  named: readonly string[],
  hosts: readonly Host[],
): readonly Host[] | string {
  const isNamed = ({ name, instance_id }: Host) => named.includes(name) || named.includes(instance_id);
  const unknown = named.filter((one) => !hosts.some(({ name, instance_id }) => name === one || instance_id === one));
  const all = `Its hosts: ${hosts
    .slice(0, 20)
    .map(({ name }) => name)
    .join(', ')}${hosts.length > 20 ? ` and ${hosts.length - 20} more` : ''}`;
  if (unknown.length > 0) return `The rollback does not act on ${unknown.slice(0, 5).join(', ')}. ${all}`;
  const left = hosts.filter(isNamed);
  return left.length < hosts.length
    ? left
    : `Without ${named.slice(0, 5).join(', ')} the rollback has no host left; use abort. ${all}`;
}

type Left = { readonly by: string | null; readonly reason: string | null };

/** Returns one sentence per step that was skipped, and one for all hosts that were left out, with the people's reasons. */
export function leftOutSentences(
  skipped: readonly (Left & { readonly step: string })[],
  hosts: readonly (Left & { readonly name: string })[],
): string[] {
  const said = ({ by, reason }: Left) => `by ${by ?? 'somebody'}: ${reason ?? 'no reason'}`;
  const names = hosts.slice(0, 20).map((host) => `${host.name} (${said(host)})`);
  const more = hosts.length > 20 ? ` and ${hosts.length - 20} more` : '';
  return [
    ...skipped.map((one) => `Skipped on every host: ${one.step} (${said(one)}).`),
    ...(hosts.length > 0 ? [`Left out, so not rolled back: ${names.join('; ')}${more}.`] : []),
  ];
}

/** Returns a line for each failed host, in its own words. */
export const failedHostLines = (stopped: Stopped): string[] =>
  stopped.failed.length === 0
    ? [`No host of ${stopped.hosts} reported that it failed: the reason is in the question.`]
    : [...stopped.failed.map(({ host, reason }) => `${host}: ${reason}`), ...otherFailedHosts(stopped)];

function otherFailedHosts({ failed, hosts_failed }: Stopped): string[] {
  if (hosts_failed === undefined)
    return failed.length === mostFailedHosts ? ['There may be more: show prints every host.'] : [];
  const others = hosts_failed - failed.length;
  return others > 0 ? [`And ${others} more, which "show" prints: name them too if you leave hosts out.`] : [];
}
