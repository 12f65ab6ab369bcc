import { capital } from '../../domain/capital.ts';
import { nextAfterQuestion } from '../../domain/decision/after-question.ts';
import type { Happened } from '../../domain/history/event.ts';
import { decisionSentence } from '../../domain/question/answer-rules.ts';
import { confirmingState, hostsLeftOut } from '../../domain/question/hand-over.ts';
import type { Stopped } from '../../domain/question/question.ts';
import { decidingAnswers, type GivenAnswer, type Resolution } from '../../domain/question/resolution.ts';
import type { CheckedQuestion } from '../operations/checked-question.ts';
import type { History } from '../stores/history.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

/** The next action of a rollback after a hand-over. */
export type AfterHandOver =
  | {
      readonly decision: 'resume';
      /** The name of the state with which the machine goes on. */
      readonly resume: string;
      /** The hosts to which a step is sent that some hosts have done. */
      readonly repeat: Repeat;
      readonly problem: null;
    }
  | { readonly decision: 'hand over' | 'Needs a person'; readonly problem: string };
export type Repeat = 'all' | 'failed';

export type AfterHandOverDeps = {
  readonly scopes: Pick<RollbackScopes, 'read' | 'leaveOut' | 'skip'>;
  readonly history: Pick<History, 'append'>;
};

/**
 * Carries out the answer to a hand-over, and returns where the machine goes on. What is left out is stored in the rollback's
 * scope, so that no later step depends on the history. Calling it again returns the same.
 *
 * `steps`: the names of the runbook's steps, which are those of the machine's states.
 */
export async function afterHandOver(
  deps: AfterHandOverDeps,
  known: CheckedQuestion,
  {
    resolution,
    steps,
  }: { readonly resolution: Extract<Resolution, { state: 'decided' }>; readonly steps: readonly string[] },
): Promise<AfterHandOver> {
  const { question } = known;
  const [problem = 'The rollback could not continue.'] = question.why;
  const next = nextAfterQuestion('hand-over', resolution.outcome);
  if ('handOver' in next) return { decision: 'hand over', problem };
  const says = `${decisionSentence(known, resolution)}.`;
  const [given] = decidingAnswers(known.decisions, resolution.by);
  const { stopped } = question;
  if (!('resume' in next) || !stopped || !given)
    return { decision: 'Needs a person', problem: `${problem} ${capital(says)}` };
  const resume = (state: string, repeat: Repeat): AfterHandOver => ({
    decision: 'resume',
    resume: state,
    repeat,
    problem: null,
  });
  switch (next.resume) {
    case 'retry':
      return resume(stopped.state, 'all');
    case 'retry-failed-hosts':
      return resume(stopped.state, 'failed');
    case 'skip':
      await skip(deps, question.rollback, stopped, given);
      return resume(steps[steps.indexOf(stopped.state) + 1] ?? confirmingState, 'failed');
    case 'without-hosts': {
      const refused = await leaveOut(deps, question.rollback, stopped, given);
      return refused === null
        ? resume(stopped.state, 'failed')
        : { decision: 'Needs a person', problem: `${problem} ${capital(says)} ${refused}` };
    }
  }
}

async function skip(
  { scopes, history }: AfterHandOverDeps,
  rollback: string,
  { step, state }: Stopped,
  { operator, reason, at }: GivenAnswer,
): Promise<void> {
  await scopes.skip(rollback, { step, by: operator, reason });
  const detail = { step, name: state, operator, reason };
  await history.append(rollback, { id: `step-skipped/${step}`, type: 'Step skipped', at, detail });
}

/** Returns why the hosts cannot be left out: some may have left the fleet since the answer. null: they are left out. */
async function leaveOut(
  { scopes, history }: AfterHandOverDeps,
  rollback: string,
  { step }: Stopped,
  { operator, reason, hosts: named = [], by, at }: GivenAnswer,
): Promise<string | null> {
  const scope = await scopes.read(rollback);
  if (!scope) throw new Error(`Rollback ${rollback} has no frozen hosts.`);
  const gone = [...(scope.lost ?? []), ...(scope.left_out ?? [])].flatMap(({ name, instance_id }) => [
    name,
    instance_id,
  ]);
  const present = named.filter((one) => !gone.includes(one));
  const hosts = hostsLeftOut(present, scope.hosts);
  if (typeof hosts === 'string') return hosts;
  await history.append(
    rollback,
    leftOut(
      step,
      { operator, reason, at, by },
      hosts.map(({ name }) => name),
    ),
  );
  await scopes.leaveOut(
    rollback,
    hosts.map(({ instance_id, name }) => ({ instance_id, name, by: operator, reason })),
  );
  return null;
}

/** An answer leaves out a host once, so a repeat has the same id. */
const leftOut = (
  step: string,
  { operator, reason, at, by }: Pick<GivenAnswer, 'operator' | 'reason' | 'at' | 'by'>,
  names: readonly string[],
): Happened => ({
  id: `hosts-left-out/${by}`,
  type: 'Hosts left out',
  at,
  detail: { step, names, operator, reason },
});
