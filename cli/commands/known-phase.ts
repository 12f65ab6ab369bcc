import { readRunbooks } from '../../config/infra.ts';
import { infraFolder } from '../../config/infra-folder.ts';
import { UsageError } from './command.ts';
import { wholeNumber } from './options.ts';

/** The phase that --phase names. Throws UsageError with those that have a runbook. */
export function knownPhase(text: string | undefined): number {
  const known = readRunbooks().map(({ phase }) => phase);
  const list = `Known phases: ${known.join(', ')} (${infraFolder}/runbooks).`;
  if (text === undefined) throw new UsageError(`--phase is missing. ${list}`);
  const phase = wholeNumber('phase', text, 1);
  if (!known.includes(phase)) throw new UsageError(`Unknown phase: ${phase}. ${list} Nothing was started.`);
  return phase;
}

/** "1 (Databento Client), 2 (Analysis Engine)", for a command's help. */
export const phaseList = (): string =>
  readRunbooks()
    .map(({ phase, name }) => `${phase} (${name})`)
    .join(', ');
