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
  /** The safety layer, in which circuit breakers are set. */
  readonly overrides: NormalFlags;
  /** Returns the state of the alarm that opens a circuit breaker. */
  readonly breakerAlarm: (flag: string) => Promise<string>;
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
 * Sets a flag of the normal layer, and records it in the history of the environment. Overrides of the safety layer win. A repeat by the
 * same execution follows the same deployment.
 *
 * A circuit breaker, and nothing else, is set in the safety layer: no monitor may take back what its red alarm opened.
 *
 * Throws FlagRefused if nothing was changed, RolloutUnderWay while AppConfig deploys the value, and FlagRolledBack if AppConfig
 * took it back.
 */
export async function setTheFlag(
  deps: SetTheFlagDeps,
  { execution, ...rules }: SetTheFlagRequest,
): Promise<SetTheFlagResult> {
  const request = parseSetFlag(execution.input);
  const { history, now } = deps;
  const isBreaker = rules.known.breakers?.includes(request.flag) ?? false;
  const flags = isBreaker ? deps.overrides : deps.flags;
  const earlier = await flags.find(request.flag, execution.id);
  if (!earlier) await refuseIfWrong(deps, request, rules);
  // A breaker opens and closes whatever is frozen: a freeze blocks what deploys, never what protects.
  if (!earlier) await (isBreaker ? refuseBreaker(deps, request) : refuseHeld(deps, request, rules));
  const { deployment, before, state } = earlier ?? (await flags.set(request, execution.id));
  const change = { ...request, before, deployment, by: execution.id };
  const { at } = await history.append(flagSetEvent(change, new Date(now()).toISOString())).catch((error) => {
    throw new Error(`${sentence(change, isBreaker)} now, but the history did not take the event: ${error.message}.`);
  });
  if (!earlier) await history.link(at);
  if (state === 'under way') throw new RolloutUnderWay(`Deployment ${deployment} of ${request.flag} is under way.`);
  if (state === 'rolled back') throw new FlagRolledBack(await rolledBack({ ...deps, flags }, change));
  return { ...change, at };
}

const sentence = ({ flag, value }: SetFlagRequest, isBreaker: boolean) =>
  `${flag} is ${value} in the ${isBreaker ? 'safety' : 'normal'} layer`;

/** An alarm that stays red does not turn red again, so a breaker that is closed meanwhile would not open by itself. */
async function refuseBreaker({ breakerAlarm }: SetTheFlagDeps, { flag, value, strategy }: SetFlagRequest) {
  if (strategy !== 'immediate')
    throw new FlagRefused(
      `${flag} is a circuit breaker: it opens and closes at once. Leave out strategy ${strategy}. Nothing was changed.`,
    );
  if (value !== 'closed') return;
  const state = await breakerAlarm(flag);
  if (state !== 'OK')
    throw new FlagRefused(
      `The alarm of ${flag} is ${state}, expected OK: closed now, the breaker would not open again by itself. Heal the component first. Nothing was changed.`,
    );
}

async function refuseIfWrong(
  deps: SetTheFlagDeps,
  request: SetFlagRequest,
  { known, pairs }: Omit<SetTheFlagRequest, 'execution'>,
): Promise<void> {
  const { deployments, now } = deps;
  const wrong = whyUnknown(request, known);
  if (wrong) throw new FlagRefused(`${wrong} Nothing was changed.`);
  for (const pair of pairsWith(request, pairs)) {
    const why = whyForbidden(pair, await deployments.recent(pair.phase, new Date(now()).toISOString()));
    if (why) throw new FlagRefused(`${why} Nothing was changed.`);
  }
}

async function refuseHeld(
  deps: SetTheFlagDeps,
  request: SetFlagRequest,
  { phases }: Omit<SetTheFlagRequest, 'execution'>,
): Promise<void> {
  const held = await heldBy(deps, request, phases[request.flag] ?? []);
  if (held) throw new FlagRefused(`${held} Nothing was changed.`);
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
