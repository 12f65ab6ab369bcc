import { lookScript } from '../../config/host-document.ts';
import { type Part, partId } from '../../domain/infra/part.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { alsoUndone, firstWhole, versionLookId } from '../../domain/infra/runbook-steps.ts';
import { pairTags } from '../../domain/plan/forbidden-on-hosts.ts';
import { pairSteps } from '../../domain/plan/forbidden-pairs.ts';
import { hostCommand } from './host-tasks.ts';

/** Seconds for which the script may run on a host: comparing a tree takes one or two. */
const scriptSeconds = 10;
/** Seconds for which the opening waits for the hosts. A rollback that hosts keep waiting begins without their reports. */
const lookSeconds = 15;

/**
 * Returns the command that asks hosts which versions of a phase they run and have, and what the opening judges by it. `withSteps`:
 * the rollback has forbidden pairs, so its steps are needed too.
 */
export function versionLook(runbook: Runbook | Part, runbooks: readonly Runbook[], withSteps: boolean) {
  const { phase, target, forbidden } = runbook;
  const flags = new Map(forbidden.map(({ flag, value }) => [flag, `${flag}=${value}`]));
  const command = hostCommand(runbook, {
    id: 'part' in runbook ? partId(phase, versionLookId) : versionLookId,
    name: 'Look at versions',
    kind: 'check',
    mode: 'plan',
    script: lookScript.script,
    timeout: scriptSeconds,
    parameters: {
      Versions: pairTags(forbidden).join(' '),
      ...(flags.size > 0 ? { Flags: [...flags.values()].join(' '), FlagFolder: '${FlagFolder}' } : {}),
    },
  });
  const whole = firstWhole(runbook) === -1 ? runbook.steps.length : firstWhole(runbook);
  return {
    phase,
    also_undone: alsoUndone(runbook, runbooks),
    command: { ...command, attempt_seconds: lookSeconds },
    ...(forbidden.length > 0 ? { forbidden } : {}),
    ...(withSteps
      ? {
          paths: target.paths,
          steps: pairSteps(runbook).map((step, i) => ({ ...step, ...(i < whole ? {} : { whole: true }) })),
        }
      : {}),
  };
}
