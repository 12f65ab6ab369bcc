import type { RollbackEvent } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import { nothingUsual, type PageFacts, type UsualTimes } from '../../domain/page/facts.ts';
import { type PageModel, pageModel, unavailable } from '../../domain/page/page-model.ts';
import { type PlannedStep, plannedSteps } from '../../domain/page/planned-steps.ts';
import { whoDecided } from '../../domain/page/who-decided.ts';
import { decidedEffect, runbooksIn } from '../../domain/plan/decided-plan.ts';
import { commandFor } from '../../domain/question/answer.ts';
import { questionStatus } from '../../domain/question/answer-rules.ts';
import { failedHostLines } from '../../domain/question/hand-over.ts';
import { answers, answersOf, needsReason, questionTexts } from '../../domain/question/question.ts';
import { resolve } from '../../domain/question/resolution.ts';
import type { Connected } from '../account/clients.ts';
import { readEvents, readHosts } from '../account/read-history.ts';
import { readDefinitionOf } from '../account/read-machine.ts';
import { readLater, readUsual } from '../account/read-page.ts';
import { type OpenOne, readOpenQuestion } from '../account/read-question.ts';
import { brakesAhead } from './brakes-ahead.ts';

/** A rollback as people follow it. */
export type LiveRollback = Omit<PageModel, 'metric' | 'history'> & {
  /** `brakes`: those that stop the rollback whatever is answered. */
  readonly question: (ReturnType<typeof questionForPeople> & { readonly brakes: readonly string[] }) | null;
  /** Sentences about who decided what. */
  readonly who_decided: readonly string[];
  /** The machine's steps in their order; []: not known. */
  readonly planned: readonly PlannedStep[];
  /** The effect of the answer *rollback*, in sentences; null: not known. */
  readonly effect: readonly string[] | null;
  /** The words of hosts that have not done a step, at most `mostReports`. */
  readonly said: readonly {
    readonly name: string;
    readonly step: string;
    readonly verdict: string;
    readonly says: string;
  }[];
};

const mostReports = 60;

/** The plan and the usual times are read once, because neither changes while a rollback runs. */
type Kept = Map<string, Promise<KeptOfOne>>;
type KeptOfOne = {
  readonly planned: readonly PlannedStep[];
  readonly usual: UsualTimes;
  readonly runbooks: ReturnType<typeof runbooksIn>;
};

/**
 * Returns what reads a rollback for people who follow it: a few requests, because it is read after each change. It says nothing about
 * whether the history is whole. Undefined if there is no such rollback.
 */
export function liveReader(connection: Connected) {
  const kept: Kept = new Map();
  return async (id: string, now: number): Promise<LiveRollback | undefined> => {
    const [events, hosts] = await Promise.all([readEvents(connection, id), readHosts(connection, id)]);
    if (events.length === 0) return undefined;
    const record = recordOf(events);
    const { planned, usual, runbooks } = await keptOf(connection, kept, events, now);
    const facts: PageFacts = {
      ...{ environment: connection.name, events, usual },
      written_at: new Date(now).toISOString(),
      hosts: { state: 'complete', value: hosts },
      history: { whole: true, says: '' },
      planned: { state: 'complete', value: planned },
      metric: unavailable(''),
      later: record.ending === null ? { state: 'complete', value: [] } : await readLater(connection, record),
      contacts: connection.environment.contacts,
      runbook: connection.environment.runbook,
    };
    const { metric: _, history: __, ...model } = pageModel(facts);
    const open = await readOpenQuestion(connection, record, events);
    const brakes = open ? await brakesAhead(connection, record, open.question, events[0]?.at) : [];
    const others = hosts.filter(({ verdict }) => verdict !== 'done').slice(0, mostReports);
    return {
      ...model,
      planned,
      effect: decidedEffect(record, runbooks, connection.environment.confirm),
      who_decided: whoDecided(record),
      question: open ? { ...questionForPeople(open, connection.name, now), brakes } : null,
      said: others.map(({ name, step, verdict, reason }) => ({ name, step, verdict, says: reason ?? '' })),
    };
  };
}

function keptOf(connection: Connected, kept: Kept, events: readonly RollbackEvent[], now: number) {
  const record = recordOf(events);
  const known = kept.get(record.rollback_id);
  if (known) return known;
  const read = Promise.all([
    readDefinitionOf(connection, record.execution_arn),
    readUsual(connection, record, now).catch(() => nothingUsual),
  ]).then(([definition, usual]) => ({
    planned: definition === undefined ? [] : plannedSteps(definition),
    runbooks: definition === undefined ? undefined : runbooksIn(definition),
    usual,
  }));
  kept.set(record.rollback_id, read);
  read.catch(() => kept.delete(record.rollback_id)); // an error is not kept: the next read tries again
  return read;
}

/** Returns an open question with its answers, as buttons need them. `decided`: who decided it, if somebody has. */
function questionForPeople({ question, decisions }: OpenOne, environment: string, now: number) {
  const { rollback, number, kind, severity, why, deadline, at_deadline, approvers, stopped } = question;
  const state = resolve(decisions, question, now).state;
  return {
    ...{ rollback, number, kind, severity, why, deadline, at_deadline, approvers },
    says: questionTexts[kind],
    stopped_at: stopped?.state ?? null,
    failed: stopped ? failedHostLines(stopped) : [],
    failed_hosts: stopped?.failed.map(({ host }) => host) ?? [],
    status: questionStatus({ question, decisions }, now),
    decided: state === 'decided',
    answers: answersOf(question).map((answer) => ({
      answer,
      effect: answers[answer],
      needs_reason: needsReason(answer),
      command: commandFor(answer, question, environment),
    })),
  };
}
