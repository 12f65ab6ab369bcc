import { reviewDue } from '../../domain/afterwards/review.ts';
import type { UndoneVersion } from '../../domain/brakes/undone-versions.ts';
import type { Ending } from '../../domain/ending.ts';
import { passedStep } from '../../domain/history/begins-at.ts';
import { dataLoss } from '../../domain/history/data-loss.ts';
import type { Happened, RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { type OfPhases, phasesOf } from '../../domain/phases.ts';
import type { Deployments } from '../stores/deployments.ts';
import type { History } from '../stores/history.ts';
import type { RollbackScope, RollbackScopes } from '../stores/rollback-scope.ts';
import { sealed } from '../stores/seal.ts';
import type { LeftFleet } from './others-of-fleet.ts';

export type WriteEndingDeps = {
  readonly history: History;
  readonly scopes: RollbackScopes;
  readonly deployments: Pick<Deployments, 'between'>;
  /** Seconds that people have to review a rollback that acted without their approval. */
  readonly reviewWithin: number;
};

/** An ending to record. */
export type EndedRollback = {
  readonly rollback: OfPhases & { readonly id: string };
  /** 0: the fleet was never taken. */
  readonly fence: number;
  readonly ending: Ending;
  readonly problem: string | null;
  /** A message whose function failed before it could record that. Absent if the caller is not a state machine. */
  readonly unsent?: string | null;
};

/** When and with what a rollback ended. `at`: ISO 8601. `scope`: absent, it is read. `read`: its history before that. */
type EndedWith = {
  readonly read: Promise<readonly RollbackEvent[]>;
  readonly left: LeftFleet;
  readonly at: string;
  readonly scope?: Pick<RollbackScope, 'hosts' | 'begins_at'> | undefined;
  /** The versions that it undid, and so blocked; null: unknown, because they could not be read. */
  readonly undone: readonly UndoneVersion[] | null;
  /** ISO 8601: the pre-open until which its hosts are shut down, and nobody is called. Absent: they are not. */
  readonly off_until?: string | undefined;
};

/** Records how a rollback ended, and seals its history; returns its events up to the seal. A repeat changes nothing. */
export async function writeEnding(
  { history, scopes, deployments, reviewWithin }: WriteEndingDeps,
  { rollback, fence, ending, problem, unsent }: EndedRollback,
  { left, at, scope, read, undone, off_until }: EndedWith,
): Promise<readonly RollbackEvent[]> {
  // The ending is written even if the scope cannot be read: data_loss is then null.
  const frozen = scope ?? (await scopes.read(rollback.id).catch(() => undefined));
  const hosts = frozen?.hosts.map(({ instance_id }) => instance_id);
  const reports = hosts ? await history.everyHost(rollback.id) : [];
  const data_loss = hosts ? dataLoss([...reports, ...keptEarlier(frozen)], hosts) : null;
  const events = await read;
  const record = events.length > 0 ? recordOf(events) : undefined;
  const review_due = record && reviewDue(record, at, reviewWithin);
  const since = record?.start_time ?? at;
  const deployed = phasesOf(rollback).map((phase) => deployments.between(phase, since, at).catch(() => []));
  const deployed_during = (await Promise.all(deployed)).flat();
  const detail = {
    ...{ ending, problem, fence, ...left, data_loss },
    ...(review_due ? { review_due } : {}),
    ...(deployed_during.length > 0 ? { deployed_during } : {}),
    ...(undone === null || undone.length > 0 ? { undone } : {}),
    ...(off_until ? { off_until } : {}),
  };
  const earlier = [
    ...(unsent && !wasSent(events, unsent) ? [notSent(unsent, at)] : []),
    ...settleOpenQuestions(record?.questions ?? [], at),
  ];
  const closed: Happened = { id: 'rollback-closed', type: 'Rollback closed', at, detail };
  return sealed(history, rollback.id, at, ...earlier, closed);
}

/** A step that is not repeated on a host takes nothing away there. */
const keptEarlier = (scope: Pick<RollbackScope, 'begins_at'> | undefined) =>
  (scope?.begins_at?.done ?? [])
    .filter(({ step }) => !passedStep(scope?.begins_at, step))
    .flatMap(({ step, hosts }) =>
      hosts.map((instance_id) => ({ step, instance_id, verdict: 'done' as const, report: { lost: false } })),
    );

/** Returns an event per question that is still open: the ending settles it as void. */
const settleOpenQuestions = (questions: RollbackRecord['questions'], at: string): Happened[] =>
  questions
    .filter(({ outcome }) => outcome === null)
    .map(({ number }) => ({
      id: `question-settled/${number}`,
      type: 'Question settled',
      at,
      detail: { number, outcome: 'void', by: 'the rollback ended before anything was done about it' },
    }));

const wasSent = (events: readonly RollbackEvent[], message: string) =>
  events.some(({ type, detail }) => type === 'Message sent' && detail['message'] === message);

const notSent = (message: string, at: string): Happened => ({
  id: `message-not-sent/${message}`,
  type: 'Message not sent',
  at,
  detail: { message, why: 'Its function failed; the execution history says how.' },
});
