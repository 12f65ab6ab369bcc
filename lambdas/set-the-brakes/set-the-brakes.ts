import {
  type Brake,
  type Brakes,
  besidesOf,
  brakeSentence,
  type HeldKind,
  heldOf,
  heldSentences,
  inPlaceOf,
  type Pause,
  participleOf,
  pauseSentence,
  subjectOf,
} from '../../domain/brakes/brakes.ts';
import {
  type BrakeAction,
  type BrakesRequest,
  changeOf,
  isHolding,
  parseBrakes,
  type Restored,
  restoredByNobody,
} from '../../domain/brakes/brakes-request.ts';
import { capital } from '../../domain/capital.ts';
import { BrakesRefused } from '../../domain/errors.ts';
import { armedEvent, endedEvent, isEndOf, setEvent } from '../../domain/history/brake-event.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';
import type { Deployments } from '../stores/deployments.ts';
import { type WithdrawDeps, withdraw } from './withdraw.ts';

export type SetTheBrakesDeps = WithdrawDeps & {
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
  /** One sentence per brake that still holds for what a brake has ended; absent: none, or the action ends no brake. */
  readonly still?: readonly string[];
  /** The pause that has ended, if it took another's place; absent: it did not. */
  readonly ended?: string;
  /** The version of the newest record of the phase after a withdrawal; null: there is none. Absent: nothing was withdrawn. */
  readonly now_newest?: string | null;
  /** Why the block stops no rollback at present; absent: it does, or it is no block. */
  readonly warning?: string;
};

/**
 * Sets a brake, ends one, resets a phase's budget, or takes a record of a deployment back, and records that in the history of the brakes. A repeat by the
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
  const { action, phase, operator, reason, version, deployed_at, now: stops } = request;
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
    ...(deployed_at === undefined ? {} : { deployed_at }),
    ...(stops ? { now: stops } : {}),
  };
  const { at, ended, ...more } = await changeBy(action)(deps, asked);
  await deps.history.link(new Date(now()).toISOString());
  const after = await brakes.read();
  const warning = action === 'block' ? await warningOf(deps, request, targets) : undefined;
  const still = stillHeld(action, after, asked);
  return {
    ...request,
    ...more,
    at,
    paused: after.pauses.map(pauseSentence),
    held: heldSentences(after),
    ...(still.length > 0 ? { still } : {}),
    ...(ended ? { ended } : {}),
    ...(warning ? { warning } : {}),
  };
}

/** Returns a sentence per brake that still holds for what an action has just let go. */
function stillHeld(action: BrakeAction, after: Brakes, asked: Asked): string[] {
  if (!isHolding(action)) return [];
  const { kind, ends } = changeOf(action);
  return ends ? besidesOf(heldOf(after, kind), asked).map((one) => brakeSentence(kind, one)) : [];
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
type Asked = Brake & { readonly operator: string; readonly version?: string; readonly deployed_at?: string };
/** `at`: when the change was made. `ended`: the pause that has ended, if it took another's place. `deployed_at`, `now_newest`: of a withdrawal. */
type Changed = {
  readonly at: string;
  readonly ended?: string;
  readonly deployed_at?: string;
  readonly now_newest?: string | null;
};
type Change = (deps: SetTheBrakesDeps, asked: Asked) => Promise<Changed>;

const setting =
  (kind: HeldKind): Change =>
  async ({ brakes, history }, asked) => {
    const before = inPlaceOf(heldOf(await brakes.read(), kind), asked);
    const isNew = await brakes.set(kind, inPlaceOfAnother(asked, before));
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
    return { at: stored.at };
  };

/** A pause that stops running rollbacks takes the place of one that does not, and names it: whoever ends it ends both. */
function inPlaceOfAnother(asked: Pause, before: Pause | undefined): Pause {
  if (!asked.now || !before || before.by === asked.by) return asked;
  const { operator, reason, at } = before;
  return { ...asked, replaced: { operator, reason, at } };
}

const again = (kind: HeldKind) => `${capital(kind)} again`;

const ending =
  (kind: HeldKind): Change =>
  async ({ brakes, history }, asked) => {
    const held = await brakes.read();
    const stored = inPlaceOf(heldOf(held, kind), asked);
    if (!stored) return alreadyEnded(history, kind, held, asked);
    await history.append(setEvent(kind, stored));
    const { at, detail } = await history.append(endedEvent(kind, stored, asked));
    await brakes.end(kind, stored);
    if (detail.by !== asked.by)
      throw new BrakesRefused(`${detail.operator} ended this ${kind} at ${at}: ${detail.reason}. It is over now.`);
    return (stored as Pause).replaced ? { at, ended: brakeSentence(kind, stored) } : { at };
  };

/** Returns when this execution ended the brake in an earlier try; refuses if it ended none, and names what holds instead. */
async function alreadyEnded(history: BrakesHistory, kind: HeldKind, held: Brakes, asked: Asked): Promise<Changed> {
  const events = await history.events();
  const own = events.find((event) => isEndOf(kind, event) && event.detail.by === asked.by);
  if (own) return { at: own.at };
  const others = besidesOf(heldOf(held, kind), asked).map((one) => brakeSentence(kind, one));
  const what = `${subjectOf(kind, asked)} is not ${participleOf(kind)}`;
  if (others.length === 0) throw new BrakesRefused(`${what}. Nothing was changed.`);
  const place = asked.phase ? 'of this phase alone' : 'of every phase';
  const instead = asked.phase ? 'leave the phase out' : 'name its phase';
  throw new BrakesRefused(
    `${what} by a ${kind} ${place}, but: ${others.join(' ')} To end that, ${instead}. Nothing was changed.`,
  );
}

const arm: Change = async ({ brakes, history }, { phase, ...asked }) => {
  const armed = { ...asked, phase: Number(phase) };
  const { at } = await history.append(armedEvent(armed));
  await brakes.arm({ ...armed, at });
  return { at };
};

function changeBy(action: BrakeAction): Change {
  if (action === 'arm') return arm;
  if (action === 'withdraw') return withdraw;
  const { kind, ends } = changeOf(action);
  return ends ? ending(kind) : setting(kind);
}
