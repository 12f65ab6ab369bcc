import { type BrakeAction, type BrakesRequest, parseBrakes } from '../../domain/brakes/brakes-request.ts';
import type { ActingOptions } from './acting-on.ts';
import { startPersonsMachine } from './persons-machine.ts';
import { refuseEarly } from './refuse-early.ts';

type Options = ActingOptions & {
  readonly phase?: number;
  readonly operator?: string;
  readonly reason?: string;
  readonly json?: boolean;
};
/** The output of the brakes machine: what was asked, and one sentence per pause that holds now. */
type BrakesSet = BrakesRequest & { readonly at: string; readonly paused: readonly string[] };

export const pause = (options: Options) => setBrakes('pause', options);
export const unpause = (options: Options) => setBrakes('unpause', options);
export const arm = (options: Options) => setBrakes('arm', options);

async function setBrakes(
  action: BrakeAction,
  { phase, operator, reason, json = false, ...account }: Options,
): Promise<number> {
  const input = { action, operator, reason, ...(phase === undefined ? {} : { phase }) };
  refuseEarly(parseBrakes, input, 'phase', 'operator', 'reason');
  return startPersonsMachine(account, {
    machine: 'brakes',
    input,
    what: `the ${names[action]}`,
    does: `${does(action, phase)}, as ${operator}`,
    accepted: (output: BrakesSet) => (json ? JSON.stringify(output, null, 2) : brakesText(output)),
  });
}

const names: Readonly<Record<BrakeAction, string>> = { pause: 'pause', unpause: 'end of the pause', arm: 'reset' };

const does = (action: BrakeAction, phase: number | undefined): string => {
  if (action === 'arm') return `reset the budget of phase ${phase}`;
  const what = phase === undefined ? 'automation of every phase' : `automation of phase ${phase}`;
  return action === 'pause' ? `pause ${what}` : `end the pause of ${what}`;
};

export function brakesText({ action, phase, at, paused }: BrakesSet): string {
  if (action === 'arm')
    return [
      `The budget of phase ${phase} was reset at ${at}: only rollbacks that start later count.`,
      'A cool-down and a pause still hold.',
    ].join('\n');
  const what = phase === null ? 'Automation' : `Automation of phase ${phase}`;
  if (action === 'unpause')
    return [
      `${what} is not paused any more.`,
      ...(paused.length === 0 ? ['No other pause holds.'] : ['These pauses still hold:', ...indented(paused)]),
    ].join('\n');
  return [
    `${what} is paused: an alarm asks a permit, and Reconcile brings no returned host up to date.`,
    'A rollback that runs goes on. A named person can still start one.',
    'Pauses that hold now:',
    ...indented(paused),
  ].join('\n');
}

const indented = (lines: readonly string[]) => lines.map((line) => `  ${line}`);
