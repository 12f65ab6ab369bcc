import { checkIds } from '../infra/runbook.ts';
import { phaseOptions, phasesOf } from '../phases.ts';
import { yourName } from '../placeholder.ts';
import type { RollbackRecord } from './record.ts';

type Stopped = Pick<RollbackRecord, 'phase' | 'phases' | 'steps'>;

/**
 * Returns the phases that a rollback of several had not done when it stopped, the latest first: phases run one after the other, so
 * those before the one of its last step are done. That one counts as left, because its later steps may be missing.
 */
function phasesLeft({ phase, phases, steps }: Stopped): readonly number[] {
  const all = phasesOf({ phase, phases });
  const last = steps.map(({ step }) => step).findLast((step) => !isCheck(step));
  const reached = Number(/^phase-(\d+)-/.exec(last ?? '')?.[1] ?? Number.NaN);
  return all.includes(reached) ? all.slice(all.indexOf(reached)) : all;
}

const isCheck = (step: string) => checkIds.some((one) => one === step.replace(/^phase-\d+-/, ''));

/**
 * Returns the commands that roll back what a rollback of several phases has left; none for a rollback of one phase.
 *
 * A phase that is done is not repeated: its steps call the customer's code, which a later step may have taken back. So each phase
 * that is left is started alone, unless all are.
 */
export function startCommandsLeft(record: Stopped, environmentWords: string): string[] {
  const { phase, phases } = record;
  if (!phases) return [];
  const left = phasesLeft(record);
  const starts = left.length === phases.length ? [{ phase, phases }] : left.map((one) => ({ phase: one }));
  return starts.map(
    (one) => `npm run rollback -- start ${phaseOptions(one)} --operator "${yourName}"${environmentWords}`,
  );
}
