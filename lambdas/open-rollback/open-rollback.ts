import { limitOf } from '../../domain/decision/limits.ts';
import { type RollbackCause, rollbackCauseOf } from '../../domain/decision/rollback-cause.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { type Chain, emptyChain, type RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Policy, Rollback } from '../middleware/payload.ts';
import { type Decided, type DecidingDeps, decideNow } from '../operations/decide-rollback.ts';
import { endWithoutActing, type IdleEnding, isIdle } from '../operations/end-without-acting.ts';
import type { Deployments } from '../stores/deployments.ts';
import { type AdmissionDeps, admission } from './admission.ts';
import { type AssessingDeps, assessAlarm } from './assess-alarm.ts';
import { type FreezingDeps, freeze } from './freeze.ts';
import { checkHosts, checkName, checkUnused, type Opening, openedEvent } from './opening.ts';

/** What is to be done now, as the machine's Choice reads it. */
export type Opened = {
  readonly decision: Decided['decision'] | 'plan';
  readonly rollback: Rollback;
  /** What people are asked first; null: nothing. */
  readonly question: Question | null;
  /** Why it needs a person. */
  readonly problem: string | null;
  readonly chain: Chain;
};

export type OpeningDeps = AdmissionDeps & AssessingDeps & DecidingDeps & FreezingDeps;

/**
 * Opens a rollback: checks what is asked for, writes the record, decides whether it begins, is asked about or ends here,
 * and freezes what it will act on.
 *
 * Calling it again answers the same: events are told once, what was decided stands, and what is frozen stays. Throws
 * InvalidInput before anything is written; later errors find a record to belong to.
 */
export async function openRollback(given: OpeningDeps, opening: Opening): Promise<Opened> {
  const deps = { ...given, deployments: askedOnce(given.deployments) };
  const { execution, phase, policy } = opening;
  const cause = rollbackCauseOf(execution.input, {
    phase: phase.number,
    startedAt: execution.start_time,
    severityOf: fieldOf(policy, 'severity'),
    impactOf: fieldOf(policy, 'impact'),
  });
  checkName(execution.name);
  const before = await deps.history.events(execution.name);
  checkUnused(before, execution);
  const ended = endingOf(before);
  if (cause.only_hosts) await checkHosts(deps, cause.only_hosts);
  const deadline = limitOf(cause, [], deps.settings.limits).at;
  await deps.history.append(execution.name, openedEvent(opening, cause, deadline));
  const rollback = {
    id: execution.name,
    execution_arn: execution.id,
    phase: phase.number,
    fleet: opening.fleet,
    alarm: cause.alarm?.name ?? null,
    deadline,
  };

  const decided = await decidedOn(deps, opening, cause, rollback, ended);
  const answer = { rollback: { ...rollback, deadline: decided.deadline }, decision: decided.decision };
  const { question, problem, chain } = decided;
  if (!acts.includes(decided.decision)) return { ...answer, question, problem, chain };
  return { ...answer, question, problem, chain: await freeze(deps, opening, cause, decided.deadline) };
}

/** Decisions that need to know what they would act on. */
const acts: readonly Opened['decision'][] = ['act', 'ask', 'plan'];

/** One of triggers.yaml's fields by trigger; without the triggers that do not have it. */
const fieldOf = <Field extends 'severity' | 'impact'>({ triggers }: Policy, field: Field) =>
  Object.fromEntries(
    Object.entries(triggers).flatMap(([name, of]) => (of[field] === undefined ? [] : [[name, of[field]]])),
  ) as Record<string, NonNullable<Policy['triggers'][string][Field]>>;

type WhatNow = Omit<Decided, 'decision'> & Pick<Opened, 'decision'>;

async function decidedOn(
  deps: OpeningDeps,
  { phase, policy, fleet }: Opening,
  cause: RollbackCause,
  rollback: Rollback,
  ended: IdleEnding | undefined,
): Promise<WhatNow> {
  const { id, execution_arn, deadline } = rollback;
  const nothing = { question: null, problem: null, deadline };
  // A plan stands beside no other: it claims, joins and answers nothing.
  if (cause.mode === 'plan') return { ...nothing, decision: 'plan', chain: emptyChain };
  const place = { phase: phase.number, policy };
  let assessment: ReturnType<typeof assessAlarm> | undefined;
  const assessed = () => {
    assessment ??= assessAlarm(deps, place, cause);
    return assessment;
  };
  const stands =
    ended ?? (await admission(deps, cause, { ...place, fleet, assessed }, { rollback: id, execution_arn }));
  if (stands !== 'first')
    return { ...nothing, decision: stands, chain: await endWithoutActing(deps, rollback, stands) };
  return decideNow(deps, { rollback, policy }, { assessment: await assessed() });
}

/**
 * What an earlier call has put on record stands, whatever has become of the alarm. An execution that was redriven after its
 * rollback ended otherwise has nothing left to do: hosts may have changed, and people were told.
 */
function endingOf(events: readonly RollbackEvent[]): IdleEnding | undefined {
  if (events.length === 0) return undefined;
  const { rollback_id, ending, completion_time } = recordOf(events);
  if (ending === null) return undefined;
  if (isIdle(ending)) return ending;
  throw new InvalidInput(
    `Rollback ${rollback_id} is over: it ended "${ending}" at ${completion_time}. It is not taken up again; start another.`,
  );
}

/** Who decides and who freezes ask for the same deployment. */
function askedOnce(deployments: Deployments): Deployments {
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
