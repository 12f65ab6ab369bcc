import type { Brake } from '../../domain/brakes/brakes.ts';
import { BrakesRefused } from '../../domain/errors.ts';
import { withdrawnEvent } from '../../domain/history/brake-event.ts';
import { listed } from '../../domain/listed.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import type { Claims } from '../stores/claims.ts';
import type { DeploymentMarks, StoredDeployment } from '../stores/deployment-marks.ts';

export type WithdrawDeps = {
  readonly history: Pick<BrakesHistory, 'append'>;
  readonly marks: Pick<DeploymentMarks, 'withWithdrawn' | 'mark'>;
  readonly claims: Pick<Claims, 'openOn'>;
  readonly now: () => number;
};

/** A person's request. `deployed_at`: absent: the newest record of the version. */
type Withdrawing = Brake & { readonly operator: string; readonly version?: string; readonly deployed_at?: string };

/**
 * Takes a wrong record of a deployment back. The record stays, marked; from then on it is no target, explains no alarm, and hosts are compared with
 * the record before it. The history gets the event first. A repeat by the same execution returns the same.
 *
 * Throws BrakesRefused if there is no such record among the newest ones, somebody withdrew it before, or a rollback undid it: what that rollback did
 * is on record with it. While a rollback of the phase is open it is refused too: that one undoes the newest record, and what goes on after it would
 * find another target without the record.
 */
export async function withdraw({ history, marks, claims, now }: WithdrawDeps, asked: Withdrawing) {
  const phase = Number(asked.phase);
  const all = await marks.withWithdrawn(phase, new Date(now()).toISOString());
  const found = foundIn(all, asked);
  if (!found.withdrawn) await refuseBesideARollback(claims, phase, found);
  const event = await history.append(withdrawnEvent(asked, { phase, version: found.version, at: found.at }));
  const { operator, reason, by } = event.detail;
  const withdrawn = { operator: operator ?? '', reason: reason ?? '', at: event.at, by: by ?? '' };
  // A person before may have died between the event and the mark.
  await marks.mark(phase, found.at, { withdrawn });
  if (by !== asked.by)
    throw new BrakesRefused(
      `${nameOf(found)} was withdrawn by ${operator} at ${event.at}: ${reason}. It is withdrawn now.`,
    );
  const left = all.filter((one) => one.at !== found.at && !one.withdrawn);
  return { at: event.at, deployed_at: found.at, now_newest: left[0]?.version ?? null };
}

/** Returns the record that is meant. */
function foundIn(all: readonly StoredDeployment[], { phase, version, deployed_at, by }: Withdrawing): StoredDeployment {
  const meant = all.filter((one) => one.version === version && (deployed_at ?? one.at) === one.at);
  const found =
    meant.find(({ withdrawn }) => withdrawn?.by === by) ?? meant.find(({ withdrawn }) => !withdrawn) ?? meant[0];
  if (!found) {
    const known = all.filter(({ withdrawn }) => !withdrawn).map(nameOf);
    throw new BrakesRefused(
      `No deployment of ${version}${deployed_at === undefined ? '' : ` at ${deployed_at}`} is among the newest of phase ${phase}; found: ${listed(known, known.length) || 'none'}. Nothing was changed.`,
    );
  }
  const { withdrawn, rolled_back } = found;
  if (withdrawn && withdrawn.by !== by)
    throw new BrakesRefused(
      `${nameOf(found)} was withdrawn by ${withdrawn.operator} at ${withdrawn.at} already: ${withdrawn.reason}. Nothing was changed.`,
    );
  if (rolled_back)
    throw new BrakesRefused(
      `${nameOf(found)} was undone by rollback ${rolled_back.rollback} at ${rolled_back.at}, so its record stays. Record what the hosts have now by \`deployed\`. Nothing was changed.`,
    );
  return found;
}

async function refuseBesideARollback(
  claims: WithdrawDeps['claims'],
  phase: number,
  found: StoredDeployment,
): Promise<void> {
  const { whole, onHosts, watched } = await claims.openOn(phase);
  const [open] = [...(whole ? [whole] : []), ...onHosts, ...watched];
  if (!open) return;
  const { rollback, execution_arn } = open;
  throw new BrakesRefused(
    `Rollback ${rollback} of phase ${phase} is still open, and may undo ${nameOf(found)}. See it: npm run rollback -- show ${rollback}${environmentWords(execution_arn)} . If it asks before it begins and the record is wrong, answer stand-down. Withdraw once it has ended. Nothing was changed.`,
  );
}

const nameOf = ({ version, at }: StoredDeployment) => `${version} at ${at}`;
