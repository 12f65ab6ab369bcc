import {
  type Brake,
  brakeSentence,
  type HeldKind,
  heldOf,
  heldSentences,
  inPlaceOf,
  participleOf,
  pauseSentence,
  subjectOf,
} from '../../domain/brakes/brakes.ts';
import {
  type BrakeAction,
  type BrakesRequest,
  changeOf,
  parseBrakes,
  type Restored,
  restoredByNobody,
} from '../../domain/brakes/brakes-request.ts';
import { BrakesRefused } from '../../domain/errors.ts';
import { armedEvent, endedEvent, isEndOf, setEvent } from '../../domain/history/brake-event.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import type { Deployments } from '../stores/deployments.ts';

export type SetTheBrakesDeps = {
  readonly brakes: BrakesStore;
  readonly history: BrakesHistory;
  /** Phases with a runbook. */
  readonly phases: readonly number[];
  readonly deployments: Pick<Deployments, 'recent'>;
  readonly now: () => number;
};
export type SetTheBrakesRequest = {
  readonly execution: { readonly id: string; readonly input: unknown };
  /** The tags of the runbooks, one per phase that restores any code. */
  readonly targets: readonly Restored[];
};
export type SetTheBrakesResult = BrakesRequest & {
  readonly at: string;
  /** One sentence per pause that holds now. */
  readonly paused: readonly string[];
  /** One sentence per brake that holds now: pauses, freezes, blocked versions. */
  readonly held: readonly string[];
  /** Why the block stops no rollback at present; absent: it does, or it is no block. */
  readonly warning?: string;
};

/**
 * Sets a brake, ends one, or resets a phase's budget, and records it in the history of the brakes. A repeat by the
 * same execution returns the same result.
 *
 * A brake is set before it is recorded, so that it works while the history is down. A change that lets something happen
 * again is recorded first. Throws BrakesRefused if the input is wrong or the brake is set so already.
 */
export async function setTheBrakes(
  deps: SetTheBrakesDeps,
  { execution, targets }: SetTheBrakesRequest,
): Promise<SetTheBrakesResult> {
  const request = parseBrakes(execution.input);
  const { action, phase, operator, reason, version, now: stops } = request;
  const { phases, brakes, now } = deps;
  if (phase !== null && !phases.includes(phase))
    throw new BrakesRefused(`There is no phase ${phase}; known phases: ${phases.join(', ')}. Nothing was changed.`);
  const asked: Asked = {
    phase,
    operator,
    reason,
    at: new Date(now()).toISOString(),
    by: execution.id,
    ...(version === undefined ? {} : { version }),
    ...(stops ? { now: stops } : {}),
  };
  const at = await changeBy(action)(deps, asked);
  await deps.history.link(new Date(now()).toISOString());
  const after = await brakes.read();
  const warning = action === 'block' ? await warningOf(deps, request, targets) : undefined;
  return {
    ...request,
    at,
    paused: after.pauses.map(pauseSentence),
    held: heldSentences(after),
    ...(warning ? { warning } : {}),
  };
}

/** Returns why a block stops nothing; undefined too if the deployments cannot be read, because nothing is known then. */
async function warningOf(
  { deployments, phases, now }: SetTheBrakesDeps,
  request: BrakesRequest,
  targets: readonly Restored[],
): Promise<string | undefined> {
  const before = new Date(now()).toISOString();
  const recent = phases.map(async (phase) =>
    (await deployments.recent(phase, before)).map(({ version }) => ({ phase, version })),
  );
  const deployed = await Promise.all(recent).catch(() => undefined);
  return deployed && restoredByNobody(request, [...targets, ...deployed.flat()]);
}

/** A brake as a person asks for it. */
type Asked = Brake & { readonly operator: string };
/** Each returns when its change was made. */
type Change = (deps: SetTheBrakesDeps, asked: Asked) => Promise<string>;

const setting =
  (kind: HeldKind): Change =>
  async ({ brakes, history }, asked) => {
    const before = inPlaceOf(heldOf(await brakes.read(), kind), asked);
    const isNew = await brakes.set(kind, asked);
    const stored = inPlaceOf(heldOf(await brakes.read(), kind), asked);
    if (!stored)
      throw new BrakesRefused(
        `It was ${participleOf(kind)} and un${participleOf(kind)} in the same second. ${again(kind)} if it is needed.`,
      );
    if (stored.by !== asked.by) {
      // The brake before may lack its event, because the history was down. Without it a refusal is still true.
      await history.append(setEvent(kind, stored)).catch(() => {});
      throw new BrakesRefused(`${brakeSentence(kind, stored)} Nothing was changed.`);
    }
    // A pause that is replaced may lack its event, too.
    if (before && before.by !== stored.by) await history.append(setEvent(kind, before)).catch(() => {});
    await history.append(setEvent(kind, stored)).catch((error) => {
      const now = `${subjectOf(kind, asked)} is ${participleOf(kind)}${isNew ? ' now' : ''}`;
      throw new Error(`${now}, but the history did not take the event: ${error.message}. ${again(kind)} to record it.`);
    });
    return stored.at;
  };

const again = (kind: HeldKind) => `${kind.slice(0, 1).toUpperCase()}${kind.slice(1)} again`;

const ending =
  (kind: HeldKind): Change =>
  async ({ brakes, history }, asked) => {
    const stored = inPlaceOf(heldOf(await brakes.read(), kind), asked);
    if (!stored) return alreadyEnded(history, kind, asked);
    await history.append(setEvent(kind, stored));
    const { at, detail } = await history.append(endedEvent(kind, stored, asked));
    await brakes.end(kind, stored);
    if (detail.by !== asked.by)
      throw new BrakesRefused(`${detail.operator} ended this ${kind} at ${at}: ${detail.reason}. It is over now.`);
    return at;
  };

/** Returns when this execution ended the brake in an earlier try; refuses if it ended none. */
async function alreadyEnded(history: BrakesHistory, kind: HeldKind, asked: Brake): Promise<string> {
  const events = await history.events();
  const own = events.find((event) => isEndOf(kind, event) && event.detail.by === asked.by);
  if (own) return own.at;
  const ofPhase = asked.phase && kind !== 'block' ? ` by a ${kind} of this phase` : '';
  throw new BrakesRefused(`${subjectOf(kind, asked)} is not ${participleOf(kind)}${ofPhase}. Nothing was changed.`);
}

const arm: Change = async ({ brakes, history }, { phase, ...asked }) => {
  const armed = { ...asked, phase: Number(phase) };
  const { at } = await history.append(armedEvent(armed));
  await brakes.arm({ ...armed, at });
  return at;
};

function changeBy(action: BrakeAction): Change {
  if (action === 'arm') return arm;
  const { kind, ends } = changeOf(action);
  return ends ? ending(kind) : setting(kind);
}
