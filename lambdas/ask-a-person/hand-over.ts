import { criticalWaiter } from '../../domain/decision/fleet-queue.ts';
import { limitOf } from '../../domain/decision/limits.ts';
import type { Chain, RollbackEvent } from '../../domain/history/event.ts';
import { type RollbackRecord, recordOf } from '../../domain/history/record.ts';
import { refusedOn } from '../../domain/history/refused-step.ts';
import { type FailedHost, failedChecks, failedOnStep } from '../../domain/host/failed-hosts.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { partId } from '../../domain/infra/part.ts';
import { newHandOver, type StoppedAt, stoppedAt } from '../../domain/question/hand-over.ts';
import type { Question } from '../../domain/question/question.ts';
import type { Rollback } from '../middleware/payload.ts';
import { checkOpen } from '../operations/check-open.ts';
import type { Endings } from '../stores/endings.ts';
import type { FleetQueues } from '../stores/fleet-queue.ts';
import type { History } from '../stores/history.ts';
import type { Questions } from '../stores/questions.ts';
import type { RollbackScopes } from '../stores/rollback-scope.ts';

export type HandOverRequest = {
  readonly rollback: Rollback;
  /** The machine's state at which it stopped. */
  readonly stopped: string;
  /** The states of the steps that restore code. */
  readonly restoring: readonly string[];
  /** ISO 8601: when the machine entered the state; the same in every retry of it. */
  readonly at: string;
  /** Why the rollback stopped. */
  readonly problem: string;
  readonly approvers: number;
};

export type HandOverDeps = {
  readonly questions: Pick<Questions, 'ask' | 'read'>;
  readonly history: Pick<History, 'append' | 'events' | 'hosts'>;
  readonly endings: Endings;
  readonly locks: Pick<FleetQueues, 'queue'>;
  readonly scopes: Pick<RollbackScopes, 'read'>;
  readonly settings: Pick<Environment, 'questions' | 'limits'>;
  readonly now: () => number;
};

/**
 * Stores the question what a rollback does next that could not continue by itself, with the failed hosts' own words. Returns
 * the question; calling it again returns the same. The next state sends it.
 *
 * The question does not depend on the history: if that cannot be read, the question has the problem alone.
 */
export async function handOver(
  deps: HandOverDeps,
  request: HandOverRequest,
): Promise<{ readonly question: Question; readonly chain: Chain }> {
  const { questions, history } = deps;
  const { rollback } = request;
  await checkOpen(deps, rollback);
  const { asked, number } = await askedBefore(deps, request);
  const question = asked ?? (await questions.ask(await newQuestion(deps, request, number)));
  const { asked_at: at } = question;
  const detail = { ...question };
  const id = `question-asked/${question.number}`;
  return { question, chain: await history.append(rollback.id, { id, type: 'Question asked', at, detail }) };
}

/** Returns the question that an earlier call has stored, or else the number of the next one. */
async function askedBefore(
  { questions }: HandOverDeps,
  { rollback, at }: HandOverRequest,
): Promise<{ readonly asked: Question | undefined; readonly number: number }> {
  for (let number = 1; ; number += 1) {
    const found = (await questions.read({ rollback: rollback.id, number }))?.question;
    if (!found || found.stopped?.at === at) return { asked: found, number };
  }
}

const isCritical = ({ severity }: RollbackRecord['joined'][number]) => severity === 'CRITICAL';

async function newQuestion(deps: HandOverDeps, request: HandOverRequest, number: number): Promise<Question> {
  const { history, locks, scopes, settings, now } = deps;
  const { rollback, at, problem, approvers } = request;
  const stopped = stoppedAt(request.stopped, request.restoring);
  const [events, queue, scope, failed] = await Promise.all([
    history.events(rollback.id).catch((): RollbackEvent[] => []),
    locks.queue(rollback.fleet),
    scopes.read(rollback.id),
    failedHosts(deps, rollback, stopped).catch(() => []),
  ]);
  const record = events.length > 0 ? recordOf(events) : null;
  const found = failed.length > 0 ? failed : refusedOn(stopped.step, events);
  const hosts = scope?.hosts ?? [];
  const severity = record?.severity ?? 'CRITICAL'; // of an unknown severity the worst is assumed
  const asked_at = new Date(now()).toISOString();
  return newHandOver(
    {
      rollback: rollback.id,
      number,
      phase: rollback.phase,
      ...(rollback.phases ? { phases: rollback.phases } : {}),
      severity,
      asked_at,
      call_by: limitOf({ severity, start_time: asked_at }, [], settings.limits).at,
      approvers,
      stopped: {
        ...stopped,
        at,
        failed: found.filter(({ host }) => hosts.some(({ name }) => name === host)),
        hosts: hosts.length,
      },
      problem,
      waiting: criticalWaiter(queue.waiters, rollback.id, now()) ?? null,
      joined: record?.severity_at_opening === 'CRITICAL' ? undefined : record?.joined.find(isCritical),
    },
    settings.questions,
  );
}

/** The hosts that failed the step, or one of the two checks that confirm the recovery (statemachines/states/host-tasks.ts). */
async function failedHosts(
  { history }: HandOverDeps,
  { id, phases = [] }: Rollback,
  { step, kind }: StoppedAt,
): Promise<FailedHost[]> {
  if (kind !== 'confirming') return failedOnStep(await history.hosts(id, step));
  // Of several phases each has its own check of the version; those that share a health check have the first phase's.
  const ofPhases = (check: string) => phases.map((phase) => partId(phase, check));
  const read = async (checks: readonly string[]) =>
    (await Promise.all(checks.map((check) => history.hosts(id, check)))).flat();
  const health = 'confirm-health';
  return failedChecks(
    await read(phases.length > 0 ? ofPhases(step) : [step]),
    await read([health, ...ofPhases(health)]),
  );
}
