import type { AlarmTransition } from '../../../domain/alarm/alarm-event.ts';
import { claimsIn } from '../../../lambdas/stores/claims.ts';
import { deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { type Endings, endingsIn } from '../../../lambdas/stores/endings.ts';
import { fleetLocksIn } from '../../../lambdas/stores/fleet-lock.ts';
import { historyIn } from '../../../lambdas/stores/history.ts';
import { questionsIn } from '../../../lambdas/stores/questions.ts';
import { rollbackScopesIn } from '../../../lambdas/stores/rollback-scope.ts';
import { rowWindowIn } from '../../../lambdas/stores/row-window.ts';
import { unreachedIn } from '../../../lambdas/stores/unreached-hosts.ts';
import { unsentIn } from '../../../lambdas/stores/unsent-messages.ts';
import { letOthersAct } from '../../../lambdas/take-the-fleet/let-others-act.ts';
import { takeTheFleet } from '../../../lambdas/take-the-fleet/take-the-fleet.ts';
import { opening, rollback } from '../opened-rollback.ts';
import { emptyTables, noSleep } from '../tables.ts';

/** Rollbacks that wait for one fleet, in real tables. An id such as `r-4` is that of phase 4. */
export async function aQueue() {
  const { db } = await emptyTables();
  const locks = fleetLocksIn(db, 'state');
  const history = historyIn(db, 'history', noSleep);
  const scopes = rollbackScopesIn(db, 'state');
  const endings = endingsIn(db, 'state');
  const red: AlarmTransition[] = [];
  const failures: Error[] = [];
  const reach: Endings['reach'] = async (...ending) => {
    const failure = failures.shift();
    if (failure) throw failure;
    return endings.reach(...ending);
  };
  const depsAt = (time: string) => ({
    locks,
    history,
    scopes,
    unreached: unreachedIn(db, 'state'),
    questions: questionsIn(db, 'state'),
    rowWindow: rowWindowIn(db, 'state'),
    claims: claimsIn(db, 'state'),
    unsent: unsentIn(db, 'state'),
    endings: { ...endings, reach },
    deployments: deploymentsIn(db, 'state'),
    phases: [1, 2, 3, 4],
    environment: 'test',
    alarms: { notOk: async () => red },
    now: () => Date.parse(`2026-03-02T${time}Z`),
  });
  const of = (id: string) => ({ ...rollback, id, execution_arn: `arn:${id}`, phase: Number(id.split('-')[1]) });
  const open = (id: string, detail: object) =>
    history.append(id, { ...opening, detail: { ...opening.detail, phase: of(id).phase, ...detail } });
  return {
    locks,
    history,
    scopes,
    endings,
    red,
    /** The next ending cannot be stored. */
    fails: (error: Error) => failures.push(error),
    open,
    /** A rollback takes the fleet at a time of day, or waits. */
    take: (id: string, time: string) => takeTheFleet(depsAt(time), { rollback: of(id), again: true }),
    letOthersAct: (id: string, fence: number, time: string) => letOthersAct(depsAt(time), { rollback: of(id), fence }),
    holder: async () => (await locks.holder('trading'))?.rollback,
    waiting: async () => (await locks.queue('trading')).waiters.map((one) => one.rollback),
    types: async (id: string) => (await history.events(id)).map(({ type }) => type),
  };
}
