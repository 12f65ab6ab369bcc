import { confirmedEnding } from '../../domain/history/confirmed-ending.ts';
import { recordedEnding } from '../../domain/history/recorded-ending.ts';
import { withCause } from '../../domain/reconcile/execution-end.ts';
import type { SeeExecutionEnd } from '../clients/execution-status.ts';
import { type CloseRequest, type CloseResult, type CloseRollbackDeps, closeRollback } from './close-rollback.ts';
import type { StopCommands } from './stop-commands.ts';

export type CloseStoppedDeps = CloseRollbackDeps & {
  readonly stopCommands: StopCommands;
  readonly seeExecutionEnd: SeeExecutionEnd;
};

/** A rollback whose execution has ended without closing it. `why`: that, in words, without a full stop. */
export type Stopped = {
  readonly rollback: CloseRequest['rollback'];
  /** The execution's status. */
  readonly status: string;
  readonly why: string;
};

/**
 * Ends a rollback whose execution no longer runs: with the ending that it had reached, else as *Needs a person*, with the
 * cause that a person gave who stopped it. Calling it twice is harmless.
 *
 * The ending is stored first: an execution that is redriven meanwhile then sends nothing more. Then the commands are
 * stopped, because a rollback whose record has an ending must not have running commands.
 */
export async function closeStopped(deps: CloseStoppedDeps, { rollback, status, why }: Stopped): Promise<CloseResult> {
  const { endings, history, stopCommands, seeExecutionEnd, now } = deps;
  const events = await history.events(rollback.id).catch(() => []);
  const { ending, problem } = recordedEnding(events) ??
    (await endings.read(rollback.id)) ??
    (status === 'ABORTED' ? undefined : confirmedEnding(events)) ?? {
      ending: 'Needs a person' as const,
      problem: withCause(why, await seeExecutionEnd(rollback.execution_arn)),
    };
  await endings.reach(rollback.id, { ending, problem, at: new Date(now()).toISOString() });
  await stopCommands(rollback.id, status);
  return closeRollback(deps, { rollback, fence: 0, ending, problem });
}
