import { brakeSentence, type Freeze } from '../brakes/brakes.ts';
import type { Runbook } from '../infra/runbook.ts';
import type { SetFlagRequest } from './set-flag-request.ts';

/** Returns the phases whose runbooks set a flag, by the flag's name. */
export function phasesOfFlags(runbooks: readonly Pick<Runbook, 'phase' | 'steps'>[]): Record<string, number[]> {
  const phases: Record<string, number[]> = {};
  for (const { phase, steps } of runbooks)
    for (const flag of new Set(steps.flatMap(({ flags }) => Object.keys(flags ?? {}))))
      phases[flag] = [...(phases[flag] ?? []), phase];
  return phases;
}

/** The facts that keep a person from setting a flag. */
export type HeldFlag = {
  readonly freezes: readonly Freeze[];
  /** The phases whose runbooks set the flag. */
  readonly phases: readonly number[];
  /** The open rollbacks of these phases. */
  readonly open: readonly { readonly rollback: string; readonly phase: number }[];
};

/**
 * Returns why a flag is not set by hand now; undefined if nothing holds it.
 *
 * A freeze of every phase holds each flag, and that of one phase the flags that its runbook sets; a person who names the freeze may
 * set one all the same. An open rollback holds the flags that its runbook sets, whatever the person says: it decides their values.
 */
export function whyHeld(
  { flag, despite_freeze }: Pick<SetFlagRequest, 'flag' | 'despite_freeze'>,
  { freezes, phases, open: [first] }: HeldFlag,
): string | undefined {
  if (first)
    return `Rollback ${first.rollback} of phase ${first.phase} is open, and its runbook sets ${flag}: a value that is set by hand now would meet half of its steps. Repeat once it has ended; see it with: npm run rollback -- show ${first.rollback} .`;
  const freeze =
    freezes.find(({ phase = null }) => phase === null) ?? freezes.find(({ phase }) => phases.includes(Number(phase)));
  if (!freeze || despite_freeze) return undefined;
  return `${brakeSentence('freeze', freeze)} A flag changes what trades, as a deployment does. To undo one in an incident all the same, repeat with --despite-freeze, or "despite_freeze": true in the input.`;
}
