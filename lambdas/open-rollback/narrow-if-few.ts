import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { fewToActOn, worstAlarm } from '../../domain/decision/worst-alarm.ts';
import type { Happened } from '../../domain/history/event.ts';
import { recordOf } from '../../domain/history/record.ts';
import type { FewIll } from '../../domain/witness/host-witness.ts';
import type { Rollback } from '../middleware/payload.ts';
import { type ActOnFewDeps, actOnFew } from '../operations/act-on-few.ts';
import type { Claim } from '../stores/claims.ts';
import type { History } from '../stores/history.ts';
import type { RollbackScope } from '../stores/rollback-scope.ts';

type NarrowDeps = ActOnFewDeps & {
  readonly history: Pick<History, 'append' | 'events'>;
  readonly settings: {
    readonly brakes: { readonly few_ill?: FewIll; readonly canary?: readonly string[] | undefined };
  };
};

/** Has a rollback act on the few ill hosts alone if the environment says so. Their names and numbers are recorded after `frozen`. */
export async function narrowIfFew(
  deps: NarrowDeps,
  rollback: Rollback,
  { alarm }: RollbackCause,
  frozen: readonly Happened[],
): Promise<void> {
  const { few_ill = 'ask', canary } = deps.settings.brakes;
  if (alarm === null || (few_ill !== 'act' && !canary)) return;
  const record = recordOf(await deps.history.events(rollback.id));
  const few = fewToActOn(record, few_ill);
  if (!few) return;
  await deps.history.append(rollback.id, ...frozen);
  await actOnFew(deps, { rollback, few, witness: worstAlarm(record).witness });
}

/** Returns the phase's claim, or that of this rollback if an earlier call has narrowed it to a few hosts. */
export async function ownOrPhases(
  rollback: string,
  scope: Promise<RollbackScope | undefined>,
  claimed: Promise<Claim | undefined>,
): Promise<Claim | undefined> {
  const [stored, claim] = await Promise.all([scope, claimed]);
  return stored?.left_alone === undefined ? claim : { rollback, execution_arn: stored.execution_arn };
}
