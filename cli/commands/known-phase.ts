import { readRunbooks } from '../../config/infra.ts';
import { infraFolder } from '../../config/infra-folder.ts';
import { UsageError } from '../account/usage-error.ts';
import { wholeNumber } from './options.ts';

/** Returns the phase that --phase names. Throws UsageError, which lists the phases that have a runbook. */
export function knownPhase(text: string | undefined): number {
  const known = readRunbooks().map(({ phase }) => phase);
  const list = `Known phases: ${known.join(', ')} (${infraFolder}/runbooks).`;
  if (text === undefined) throw new UsageError(`--phase is missing. ${list}`);
  const phase = wholeNumber('phase', text, 1);
  if (!known.includes(phase)) throw new UsageError(`Unknown phase: ${phase}. ${list} Nothing was started.`);
  return phase;
}

/** Returns the phases for a command's help: "1 (Databento Client), 2 (Analysis Engine)". */
export const phaseList = (): string =>
  readRunbooks()
    .map(({ phase, name }) => `${phase} (${name})`)
    .join(', ');
