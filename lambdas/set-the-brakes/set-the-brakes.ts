import {
  armedEvent,
  type Pause,
  pauseAt,
  pausedEvent,
  pauseSentence,
  unpausedEvent,
} from '../../domain/brakes/brakes.ts';
import { type BrakesRequest, parseBrakes } from '../../domain/brakes/brakes-request.ts';
import { BrakesRefused } from '../../domain/errors.ts';
import type { BrakesStore } from '../stores/brakes.ts';
import type { BrakesHistory } from '../stores/brakes-history.ts';

export type SetTheBrakesDeps = {
  readonly brakes: BrakesStore;
  readonly history: BrakesHistory;
  /** Phases with a runbook. */
  readonly phases: readonly number[];
  readonly now: () => number;
};
export type SetTheBrakesRequest = { readonly execution: { readonly id: string; readonly input: unknown } };
export type SetTheBrakesResult = BrakesRequest & {
  readonly at: string;
  /** One sentence per pause that holds now. */
  readonly paused: readonly string[];
};

/**
 * Pauses automation, ends a pause, or resets a phase's budget, and records it in the history of the brakes. A repeat by the
 * same execution returns the same result.
 *
 * A brake that stops automation is set before it is recorded, so that it works while the history is down. A change that
 * lets automation act again is recorded first. Throws BrakesRefused if the input is wrong or the brake is set so already.
 */
export async function setTheBrakes(
  deps: SetTheBrakesDeps,
  { execution }: SetTheBrakesRequest,
): Promise<SetTheBrakesResult> {
  const request = parseBrakes(execution.input);
  const { action, phase, operator, reason } = request;
  const { phases, brakes, now } = deps;
  if (phase !== null && !phases.includes(phase))
    throw new BrakesRefused(`There is no phase ${phase}; known phases: ${phases.join(', ')}. Nothing was changed.`);
  const asked: Pause = { phase, operator, reason, at: new Date(now()).toISOString(), by: execution.id };
  const at = await { pause, unpause, arm }[action](deps, asked);
  return { ...request, at, paused: (await brakes.read()).pauses.map(pauseSentence) };
}

/** Each returns when its change was made. */
type Change = (deps: SetTheBrakesDeps, asked: Pause) => Promise<string>;

const pause: Change = async ({ brakes, history }, asked) => {
  const isNew = await brakes.pause(asked);
  const stored = pauseAt((await brakes.read()).pauses, asked.phase ?? null);
  if (!stored) throw new BrakesRefused('It was paused and unpaused in the same second. Pause again if it is needed.');
  const isOurs = stored.by === asked.by;
  if (!isOurs) {
    // The pause before may lack its event, because the history was down. Without it a refusal is still true.
    await history.append(pausedEvent(stored)).catch(() => {});
    throw new BrakesRefused(`${pauseSentence(stored)} Nothing was changed.`);
  }
  await history.append(pausedEvent(stored)).catch((error) => {
    const now = isNew ? 'Automation is paused now' : 'Automation is paused';
    throw new Error(`${now}, but the history did not take the event: ${error.message}. Pause again to record it.`);
  });
  return stored.at;
};

const unpause: Change = async ({ brakes, history }, asked) => {
  const stored = pauseAt((await brakes.read()).pauses, asked.phase ?? null);
  if (!stored) return alreadyUnpaused(history, asked);
  await history.append(pausedEvent(stored));
  const { at, detail } = await history.append(unpausedEvent(stored, asked));
  await brakes.unpause(stored);
  if (detail.by !== asked.by)
    throw new BrakesRefused(`${detail.operator} ended this pause at ${at}: ${detail.reason}. It is over now.`);
  return at;
};

/** Returns when this execution ended the pause in an earlier try; refuses if it ended none. */
async function alreadyUnpaused(history: BrakesHistory, { by, phase }: Pause): Promise<string> {
  const events = await history.events();
  const own = events.find(({ type, detail }) => type === 'Automation unpaused' && detail.by === by);
  if (own) return own.at;
  throw new BrakesRefused(
    `Automation${phase ? ` of phase ${phase}` : ''} is not paused${phase ? ' by a pause of this phase' : ''}. Nothing was changed.`,
  );
}

const arm: Change = async ({ brakes, history }, { phase, ...asked }) => {
  const armed = { ...asked, phase: Number(phase) };
  const { at } = await history.append(armedEvent(armed));
  await brakes.arm({ ...armed, at });
  return at;
};
