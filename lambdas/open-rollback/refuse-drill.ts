import type { RollbackCause } from '../../domain/decision/rollback-cause.ts';
import { InvalidInput } from '../../domain/errors.ts';
import { environmentWords } from '../../domain/message/execution-place.ts';
import { phaseWords } from '../../domain/phases.ts';
import { type RealRollback, type RealRollbackDeps, realRollback } from '../operations/real-rollback.ts';

/** Refuses a drill while a real rollback of any phase is open or holds the fleet: people must have one thing to look at. */
export async function refuseDrill(
  deps: RealRollbackDeps,
  { mode }: Pick<RollbackCause, 'mode'>,
  { fleet }: { readonly fleet: string },
): Promise<void> {
  if (mode !== 'simulate') return;
  const real = await realRollback(deps, fleet);
  if (real) throw new InvalidInput(drillRefused(real, fleet));
}

const drillRefused = ({ rollback, execution_arn, holds, ...of }: RealRollback, fleet: string) =>
  `DRILL refused: rollback ${rollback} of ${phaseWords(of)} is real and ${holds ? `holds fleet ${fleet}` : 'is open'}. Start the drill once it has ended and the fleet is free: npm run rollback -- show ${rollback}${environmentWords(execution_arn)} . Nothing was changed.`;
