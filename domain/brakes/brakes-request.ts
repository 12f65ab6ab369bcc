import { BrakesRefused } from '../errors.ts';
import { fieldsOf } from '../fields.ts';
import { shown } from '../printable.ts';
import { instantOf, instantWords } from '../real-instant.ts';
import { versionPattern, versionWords } from '../version.ts';
import { type HeldKind, heldKinds } from './brakes.ts';

/** Actions that neither set nor end a brake: `arm` resets a budget, and `withdraw` takes a wrong record of a deployment back. */
const singleActions = ['arm', 'withdraw'] as const;
type SingleAction = (typeof singleActions)[number];
export type HoldingAction = HeldKind | `un${HeldKind}`;
export type BrakeAction = HoldingAction | SingleAction;
export const brakeActions: readonly BrakeAction[] = [
  ...heldKinds.flatMap((kind) => [kind, `un${kind}`] as const),
  ...singleActions,
];

/** Returns whether an action sets or ends a brake. */
export const isHolding = (action: BrakeAction): action is HoldingAction => !singleActions.some((one) => one === action);

/** Returns the kind of brake that an action sets or ends. */
export function changeOf(action: HoldingAction): { readonly kind: HeldKind; readonly ends: boolean } {
  const ended = heldKinds.find((kind) => action === `un${kind}`);
  return ended ? { kind: ended, ends: true } : { kind: action as HeldKind, ends: false };
}

/** A person's request to change the brakes: the input of the brakes machine. */
export type BrakesRequest = {
  readonly action: BrakeAction;
  /** null: every phase. */
  readonly phase: number | null;
  /** The name that the person gives: a claim. */
  readonly operator: string;
  readonly reason: string;
  /** The version to block or unblock, or of the record to withdraw; absent for every other action. */
  readonly version?: string;
  /** The instant of the record to withdraw, ISO 8601. Absent: the newest record of the version. */
  readonly deployed_at?: string;
  /** A pause also stops the rollbacks that run, before their next step. */
  readonly now?: true;
};

const longest = { operator: 100, reason: 500, version: 100 } as const;

/** Parses the brakes machine's input. Throws BrakesRefused with the first mistake and an input that works. */
export function parseBrakes(input: unknown): BrakesRequest {
  const known = ['action', 'phase', 'version', 'deployed_at', 'now', 'operator', 'reason'];
  const { oneOf, line, flag, optional } = fieldsOf(input, known, malformed);
  const action = oneOf('action', brakeActions);
  const phase = phaseIn((input as Readonly<Record<string, unknown>>)['phase'] ?? null);
  if (action === 'arm' && phase === null) throw malformed('phase is missing: arm resets the budget of one phase');
  if (action === 'withdraw' && phase === null)
    throw malformed('phase is missing: a deployment is recorded for one phase');
  const now = optional('now', flag) ?? false;
  if (now && action !== 'pause') throw malformed(`now belongs to pause, found it with ${action}`);
  const isOfVersion = ofVersion.includes(action);
  const version = isOfVersion ? line('version', longest.version) : optional('version', (key) => line(key, 100));
  if (!isOfVersion && version !== undefined)
    throw malformed(`version belongs to ${listed(ofVersion)}, found it with ${action}`);
  if (version !== undefined && !versionPattern.test(version))
    throw malformed(`version must be ${versionWords}, found ${shown(version)}`);
  const deployed_at = optional('deployed_at', (key) => instantIn(line(key, 30)));
  if (deployed_at !== undefined && action !== 'withdraw')
    throw malformed(`deployed_at belongs to withdraw, found it with ${action}`);
  return {
    action,
    phase,
    operator: line('operator', longest.operator),
    reason: line('reason', longest.reason),
    ...(version === undefined ? {} : { version }),
    ...(deployed_at === undefined ? {} : { deployed_at }),
    ...(now ? { now } : {}),
  };
}

const ofVersion: readonly BrakeAction[] = ['block', 'unblock', 'withdraw'];
const listed = (actions: readonly string[]) => `${actions.slice(0, -1).join(', ')} and ${actions.at(-1)}`;

/** A version that the rollback of a phase may restore: its runbook's tag, or one that was deployed and may be the replaced version. */
export type Restored = { readonly phase: number; readonly version: string };

/**
 * Returns a sentence if a block stops no rollback at present, because none may restore the version: it may be misspelt. It is no
 * mistake by itself, because a runbook may name the version later; so the version is blocked all the same.
 */
export function restoredByNobody(
  { action, phase, version }: Pick<BrakesRequest, 'action' | 'phase' | 'version'>,
  known: readonly Restored[],
): string | undefined {
  if (action !== 'block') return undefined;
  const ofPhase = known.filter((one) => phase === null || one.phase === phase);
  if (ofPhase.some((one) => one.version === version)) return undefined;
  const names = [...new Set(ofPhase.map((one) => `${one.version} (phase ${one.phase})`))].join(', ');
  return `No runbook${phase === null ? '' : ` of phase ${phase}`} restores ${version}, and no recent deployment had it, so this stops no rollback now: is it spelt right? Known are: ${names || 'none'}.`;
}

function instantIn(text: string): string {
  const at = instantOf(text);
  if (at === undefined) throw malformed(`deployed_at must be ${instantWords}, found ${shown(text)}`);
  return at;
}

function phaseIn(found: unknown): number | null {
  if (found === null || (typeof found === 'number' && Number.isInteger(found) && found > 0)) return found;
  throw malformed(`phase must be the number of a phase, or absent for every phase, found ${shown(found)}`);
}

const malformed = (wrong: string) =>
  new BrakesRefused(
    `A brake is set by {"action": "pause", "operator": "ana", "reason": "exchange test"}, with "phase" for one phase only, "version" to block one or to withdraw its record, "now": true to stop running rollbacks, and as the action one of ${brakeActions.join(', ')}; ${wrong}. Nothing was changed.`,
  );
