import { type HeldKind, participleOf, subjectOf } from '../../domain/brakes/brakes.ts';
import {
  type BrakeAction,
  type BrakesRequest,
  changeOf,
  type HoldingAction,
  isHolding,
  parseBrakes,
} from '../../domain/brakes/brakes-request.ts';
import { accountNow } from '../account/account-controls.ts';
import type { Connection } from '../account/clients.ts';
import { type OpenQuestion, readOpenQuestions } from '../account/read-open-questions.ts';
import { showCommand } from '../text/commands-to-paste.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly phase?: number;
  readonly version?: string;
  readonly now?: boolean;
  readonly operator?: string;
  readonly reason?: string;
  readonly json?: boolean;
};
/** The output of the brakes machine: what was asked, and one sentence per brake that holds now. */
type BrakesSet = Omit<BrakesRequest, 'action'> & {
  readonly action: HoldingAction | 'arm';
  readonly at: string;
  readonly paused: readonly string[];
  readonly held: readonly string[];
  readonly still?: readonly string[];
  readonly ended?: string;
  readonly warning?: string;
};

export const pause = (options: Options) => setBrakes('pause', options);
export const unpause = (options: Options) => setBrakes('unpause', options);
export const arm = (options: Options) => setBrakes('arm', options);
export const freeze = (options: Options) => setBrakes('freeze', options);
export const unfreeze = (options: Options) => setBrakes('unfreeze', options);
export const block = (options: Options) => setBrakes('block', options);
export const unblock = (options: Options) => setBrakes('unblock', options);

async function setBrakes(
  action: HoldingAction | 'arm',
  { phase, version, now, operator, reason, json = false, ...account }: Options,
): Promise<number> {
  const input = {
    action,
    operator,
    reason,
    ...(phase === undefined ? {} : { phase }),
    ...(version === undefined ? {} : { version }),
    ...(now ? { now } : {}),
  };
  refuseEarly(parseBrakes, input, ...optionsOf(action));
  return startPersonsMachine(account, {
    machine: 'brakes',
    input,
    what: `the ${nameOf(action)}`,
    does: `${does(action, phase, version)}, as ${operator}`,
    accepted: (output: BrakesSet) => (json ? JSON.stringify(output, null, 2) : brakesText(output)),
    ...(action === 'unpause' && !json ? { besides: permitsOfPause(phase) } : {}),
  });
}

/** Returns the options of the command that sets a brake so. */
function optionsOf(action: BrakeAction): string[] {
  const own = { pause: ['now'], block: ['version'], unblock: ['version'] } as Partial<Record<BrakeAction, string[]>>;
  return ['phase', ...(own[action] ?? []), 'operator', 'reason'];
}

/** Returns how to find the permits that were asked because of a pause: its end answers none of them. */
const permitsOfPause = (phase: number | undefined) => async (connection: Connection) =>
  permitLines(await readOpenQuestions(connection, await accountNow(connection)), phase, connection.name);

/** `phase`: of the pause that has ended; undefined: every phase. */
export function permitLines(
  open: readonly Pick<OpenQuestion, 'rollback' | 'phase' | 'kind' | 'deadline' | 'why'>[],
  phase: number | undefined,
  environment: string,
): string[] {
  const pausedBefore = new RegExp(
    `^Automation${phase === undefined ? '' : ` of phase ${phase}`} has been paused since `,
  );
  const asked = open.filter(({ kind, why }) => kind === 'permit' && why.some((one) => pausedBefore.test(one)));
  if (asked.length === 0) return [];
  return [
    'Asked because of the pause, and still open. The end of the pause answers nothing:',
    ...asked.map((one) => `  phase ${one.phase}, until ${one.deadline}: ${showCommand(one.rollback, environment)}`),
  ];
}

function nameOf(action: BrakeAction): string {
  if (!isHolding(action)) return 'reset';
  const { kind, ends } = changeOf(action);
  return ends ? `end of the ${kind}` : kind;
}

function does(action: BrakeAction, phase: number | undefined, version: string | undefined): string {
  if (!isHolding(action)) return `reset the budget of phase ${phase}`;
  const of = phase === undefined ? 'every phase' : `phase ${phase}`;
  if (action === 'block') return `keep rollbacks of ${of} from restoring ${version}`;
  if (action === 'unblock') return `let rollbacks of ${of} restore ${version} again`;
  const { kind, ends } = changeOf(action);
  const what = `${kind === 'freeze' ? 'deployments' : 'automation'} of ${of}`;
  return ends ? `end the ${kind} of ${what}` : `${kind} ${what}`;
}

export function brakesText(set: BrakesSet): string {
  const { action, phase, version, now: stops, at, paused, held, still = [], ended, warning } = set;
  if (action === 'arm')
    return [
      `The budget of phase ${phase} was reset at ${at}: only rollbacks that begin later, and by themselves, count.`,
      'A cool-down and a pause still hold.',
    ].join('\n');
  const { kind, ends } = changeOf(action);
  const what = subjectOf(kind, { phase, ...(version === undefined ? {} : { version }) });
  const now = `is${ends ? ' not' : ''} ${participleOf(kind)}`;
  if (still.length > 0) return [stillHeldText(kind, what), ...indented(still)].join('\n');
  if (action === 'unpause')
    return [
      `${what} ${now} any more.`,
      ...(ended === undefined ? [] : [`Two pauses are over. ${ended}`]),
      ...(paused.length === 0 ? ['No other pause holds.'] : ['These pauses still hold:', ...indented(paused)]),
    ].join('\n');
  const rest = held.length === 0 ? ['No brake holds now.'] : ['Brakes that hold now:', ...indented(held)];
  const runs = stops ? stopped : (more[action] ?? []);
  const warnings = warning === undefined ? [] : [`Warning: ${warning}`];
  return [`${what} ${now}${meaning[action]}`, ...warnings, ...runs, ...rest].join('\n');
}

const stillHeldText = (kind: HeldKind, what: string) =>
  `This ${kind} is over, but ${what.slice(0, 1).toLowerCase()}${what.slice(1)} is still ${participleOf(kind)}. To go on, end that too:`;

const meaning: Readonly<Record<Exclude<HoldingAction, 'unpause'>, string>> = {
  pause: ': an alarm asks a permit, and Reconcile brings no returned host up to date.',
  freeze: ': a deployment is still recorded, but `deployed` exits with 1 and people are paged.',
  unfreeze: ' any more: `deployed` records as usual.',
  block: ': no rollback restores it.',
  unblock: ' any more: a rollback may restore it again.',
};
const more: Partial<Readonly<Record<BrakeAction, readonly string[]>>> = {
  pause: ['A rollback that runs goes on. A named person can still start one.'],
  freeze: ['No rollback is stopped by it.'],
};

const stopped = ['A rollback that runs stops before its next step, and needs a person. A person can still start one.'];

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
