import { limitOf } from '../../domain/decision/limits.ts';
import { type RollbackCause, rollbackCauseOf } from '../../domain/decision/rollback-cause.ts';
import { type Chain, chainAfter, emptyChain, type Happened, type RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Policy, Rollback } from '../middleware/payload.ts';
import { rollbackOver } from '../operations/check-open.ts';
import { type Decided, type DecideRollbackDeps, decideNow } from '../operations/decide-rollback.ts';
import { endWithoutActing, type IdleEnding, isIdle } from '../operations/end-without-acting.ts';
import type { Deployments } from '../stores/deployments.ts';
import { type AdmissionDeps, admission } from './admission.ts';
import { type AssessAlarmDeps, assessAlarm } from './assess-alarm.ts';
import { type FreezeDeps, freeze } from './freeze.ts';
import { checkHosts, checkName, checkUnused, type OpenRequest, openedEvent } from './opening.ts';

/** The decision that the machine's Choice state reads, with what it needs for it. */
export type OpenResult = {
  readonly decision: Decided['decision'] | 'plan';
  readonly rollback: Rollback;
  /** The first question to ask people; null if the decision is not `ask`. */
  readonly question: Question | null;
  /** Why the rollback needs a person; null for every other decision. */
  readonly problem: string | null;
  readonly chain: Chain;
};

export type OpenRollbackDeps = AdmissionDeps & AssessAlarmDeps & DecideRollbackDeps & FreezeDeps;

/**
 * Opens a rollback: checks the input, writes the record, decides whether it begins, asks people first or ends here, and
 * freezes what it will act on.
 *
 * Calling it again returns the same: no event is written twice, and the decision and the frozen scope stay. Throws
 * InvalidInput before anything is written; a later error belongs to an existing record.
 */
export async function openRollback(given: OpenRollbackDeps, request: OpenRequest): Promise<OpenResult> {
  const deps = { ...given, deployments: readOnce(given.deployments) };
  const { execution, phase, policy } = request;
  const cause = rollbackCauseOf(execution.input, {
    phase: phase.number,
    startedAt: execution.start_time,
    severityOf: fieldOf(policy, 'severity'),
    impactOf: fieldOf(policy, 'impact'),
  });
  checkName(execution.name);
  const [before, reached] = await Promise.all([
    deps.history.events(execution.name),
    deps.endings.read(execution.name).catch((error: Error) => error),
  ]);
  checkUnused(before, execution);
  // A rollback without history has not ended. It is recorded even if the state table cannot be read.
  if (reached instanceof Error && before.length > 0) throw reached;
  if (reached && !(reached instanceof Error) && !isIdle(reached.ending))
    throw rollbackOver({ id: execution.name, ...phasesIn(request) }, reached);
  const ended = endingOf(before);
  if (cause.only_hosts) await checkHosts(deps, cause.only_hosts);
  const deadline = limitOf(cause, [], deps.settings.limits).at;
  await storeOpening(deps, before, openedEvent(request, cause, deadline), execution.name);
  const rollback = {
    id: execution.name,
    execution_arn: execution.id,
    ...phasesIn(request),
    fleet: request.fleet,
    alarm: cause.alarm?.name ?? null,
    deadline,
  };

  const decided = await decideOnce(deps, request, cause, { rollback, ended });
  const { decision, question, problem } = decided;
  const chain = needsScope.includes(decision) ? await freeze(deps, request, cause, decided) : decided.chain;
  return { rollback: { ...rollback, deadline: decided.deadline }, decision, question, problem, chain };
}

const phasesIn = ({ phase, phases }: OpenRequest) => ({
  phase: phase.number,
  ...(phases ? { phases: [...phases] } : {}),
});

/** Stores the opening event, and adds it to the chain of links. A repeat adds the link of the stored event again. */
async function storeOpening(
  { history, now }: OpenRollbackDeps,
  [stored]: readonly RollbackEvent[],
  opening: Happened,
  rollback: string,
): Promise<void> {
  const chain = await history.append(rollback, opening);
  await history.link(rollback, 'opened', stored ? chainAfter(stored) : chain, { at: new Date(now()).toISOString() });
}

/** Decisions that depend on what the rollback would act on. */
const needsScope: readonly OpenResult['decision'][] = ['act', 'ask', 'plan'];

/** Returns one field of triggers.yaml by trigger, without the triggers that do not set it. */
const fieldOf = <Field extends 'severity' | 'impact'>({ triggers }: Policy, field: Field) =>
  Object.fromEntries(
    Object.entries(triggers).flatMap(([name, of]) => (of[field] === undefined ? [] : [[name, of[field]]])),
  ) as Record<string, NonNullable<Policy['triggers'][string][Field]>>;

type Opened = Omit<Decided, 'decision'> & Pick<OpenResult, 'decision'>;

/** `ended`: the ending that an earlier call has recorded. */
async function decideOnce(
  deps: OpenRollbackDeps,
  { phase, policy, fleet }: OpenRequest,
  cause: RollbackCause,
  { rollback, ended }: { readonly rollback: Rollback; readonly ended: IdleEnding | undefined },
): Promise<Opened> {
  const { id, execution_arn, deadline } = rollback;
  const nothing = { question: null, problem: null, deadline };
  // A plan is independent of other rollbacks: it claims nothing, joins nothing and handles no alarm.
  if (cause.mode === 'plan') return { ...nothing, decision: 'plan', chain: emptyChain };
  let assessment: ReturnType<typeof assessAlarm> | undefined;
  const assessed = () => {
    assessment ??= assessAlarm(deps, { phase: phase.number, policy }, cause);
    return assessment;
  };
  const { phases } = rollback;
  const claim = { rollback: id, execution_arn, ...(phases ? { phases } : {}) };
  const admitted = ended ?? (await admission(deps, { claim, cause, phase: phase.number, fleet, policy, assessed }));
  if (admitted !== 'first')
    return { ...nothing, decision: admitted, chain: await endWithoutActing(deps, rollback, admitted) };
  return decideNow(deps, { rollback, policy }, { assessment: await assessed() });
}

/**
 * Returns the ending that an earlier call has recorded: it stays, whatever the alarm's state is now.
 *
 * Throws RollbackOver if the rollback has acted and ended. An execution that is redriven after that has nothing left to
 * do: hosts may have changed, and people have had the final message.
 */
function endingOf(events: readonly RollbackEvent[]): IdleEnding | undefined {
  if (events.length === 0) return undefined;
  const { rollback_id: id, phase, phases, ending, completion_time } = recordOf(events);
  if (ending === null) return undefined;
  if (isIdle(ending)) return ending;
  throw rollbackOver({ id, phase, phases }, { ending, at: completion_time ?? '' });
}

/** Reads each deployment once: the decision and the freezing both need the same one. */
function readOnce(deployments: Deployments): Deployments {
  const known = new Map<string, ReturnType<Deployments['newest']>>();
  return {
    ...deployments,
    newest: (phase, before) => {
      const key = `${phase} ${before}`;
      const found = known.get(key) ?? deployments.newest(phase, before);
      known.set(key, found);
      return found;
    },
  };
}
