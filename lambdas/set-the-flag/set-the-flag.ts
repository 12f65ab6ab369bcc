import { FlagRefused, FlagRolledBack, RolloutUnderWay } from '../../domain/errors.ts';
import { whyHeld } from '../../domain/flags/held-flag.ts';
import type { KnownFlags } from '../../domain/flags/known-flags.ts';
import { parseSetFlag, type SetFlagRequest } from '../../domain/flags/set-flag-request.ts';
import { type FlagChange, flagRolledBackEvent, flagSetEvent } from '../../domain/history/flag-event.ts';
import { type PairOfPhase, pairsWith, whyForbidden, whyUnknown } from '../../domain/plan/why-not-set.ts';
import type { NormalFlags } from '../clients/normal-flags.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import type { Claims } from '../stores/claims.ts';
import type { Deployments } from '../stores/deployments.ts';

export type SetTheFlagDeps = {
  readonly flags: NormalFlags;
  readonly history: Pick<BrakesHistory, 'append' | 'link'>;
  readonly deployments: Pick<Deployments, 'recent'>;
  readonly brakes: Pick<BrakesStore, 'read'>;
  readonly claims: Pick<Claims, 'openOn'>;
  readonly now: () => number;
};
export type SetTheFlagRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
  /** The flags of infra/flags.yaml, the phases whose runbooks set each, and the forbidden pairs of the runbooks. */
  readonly known: KnownFlags;
  readonly phases: Readonly<Record<string, readonly number[]>>;
  readonly pairs: readonly PairOfPhase[];
};
export type SetTheFlagResult = FlagChange & { readonly at: string };

/**
 * Sets a flag of the normal layer, and records it in the history of the environment. Never touches the safety layer, whose
 * overrides win. A repeat by the same execution follows the same deployment.
 *
 * Throws FlagRefused if nothing was changed, RolloutUnderWay while AppConfig deploys the value, and FlagRolledBack if AppConfig
 * took it back.
 */
export async function setTheFlag(
  deps: SetTheFlagDeps,
  { execution, ...rules }: SetTheFlagRequest,
): Promise<SetTheFlagResult> {
  const request = parseSetFlag(execution.input);
  const { flags, history, now } = deps;
  const earlier = await flags.find(request.flag, execution.id);
  if (!earlier) await refuseIfWrong(deps, request, rules);
  const { deployment, before, state } = earlier ?? (await flags.set(request, execution.id));
  const change = { ...request, before, deployment, by: execution.id };
  const { at } = await history.append(flagSetEvent(change, new Date(now()).toISOString())).catch((error) => {
    throw new Error(`${sentence(change)} now, but the history did not take the event: ${error.message}.`);
  });
  if (!earlier) await history.link(at);
  if (state === 'under way') throw new RolloutUnderWay(`Deployment ${deployment} of ${request.flag} is under way.`);
  if (state === 'rolled back') throw new FlagRolledBack(await rolledBack(deps, change));
  return { ...change, at };
}

const sentence = ({ flag, value }: SetFlagRequest) => `${flag} is ${value} in the normal layer`;

async function refuseIfWrong(
  deps: SetTheFlagDeps,
  request: SetFlagRequest,
  { known, phases, pairs }: Omit<SetTheFlagRequest, 'execution'>,
): Promise<void> {
  const { deployments, now } = deps;
  const wrong = whyUnknown(request, known) ?? (await heldBy(deps, request, phases[request.flag] ?? []));
  if (wrong) throw new FlagRefused(`${wrong} Nothing was changed.`);
  for (const pair of pairsWith(request, pairs)) {
    const why = whyForbidden(pair, await deployments.recent(pair.phase, new Date(now()).toISOString()));
    if (why) throw new FlagRefused(`${why} Nothing was changed.`);
  }
}

/** Returns why a freeze or an open rollback holds a flag; undefined if none does. A freeze that cannot be read refuses like one. */
async function heldBy(
  { brakes, claims }: SetTheFlagDeps,
  request: SetFlagRequest,
  phases: readonly number[],
): Promise<string | undefined> {
  const claimed = phases.map(async (phase) => {
    const { whole, onHosts } = await claims.openOn(phase);
    return [...(whole ? [whole] : []), ...onHosts].map(({ rollback }) => ({ rollback, phase }));
  });
  const open = (await Promise.all(claimed)).flat();
  if (request.despite_freeze) return whyHeld(request, { freezes: [], phases, open });
  const freezes = await brakes.read().then(
    (found) => found.freezes,
    (error: Error) => {
      throw new FlagRefused(
        `It could not be read whether deployments are frozen: ${error.message}. Repeat it, or with --despite-freeze ("despite_freeze": true). Nothing was changed.`,
      );
    },
  );
  return whyHeld(request, { freezes, phases, open });
}

/** Records that AppConfig took a value back; returns the sentence. */
async function rolledBack({ flags, history, now }: SetTheFlagDeps, change: FlagChange): Promise<string> {
  const why = await flags.whyRolledBack(change.deployment);
  const at = new Date(now()).toISOString();
  await history.append(flagRolledBackEvent(change, at, why));
  await history.link(at);
  const before = change.before === null ? 'no value' : `${change.before}`;
  return `${change.flag} is not ${change.value}: AppConfig rolled deployment ${change.deployment} back, and the hosts have ${before} again (${why}).`;
}
