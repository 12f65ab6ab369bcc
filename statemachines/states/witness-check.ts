import { checks } from '../../config/host-document.ts';
import type { Runbook } from '../../domain/infra/runbook.ts';
import { illHostsId } from '../../domain/infra/runbook-steps.ts';
import { hostCommand } from './host-tasks.ts';

/**
 * Seconds for which the opening waits for the hosts. It polls after 2, 3.25 and 4.8 s, and the last of these polls is the one
 * after this time: the witness takes at most 5 s.
 */
const witnessSeconds = 4;

/**
 * Returns the health check by which the opening asks the hosts which of them are ill, if their metrics do not show it. It is sent
 * in the mode plan, in which the wrapper takes no lock and changes nothing on a host. {}: the runbook has no health check.
 */
export function witnessCheck(runbook: Runbook, runbooks: readonly Runbook[]) {
  const [, health] = checks(runbook);
  if (!health) return {};
  const own = runbook.confirm.health?.own ?? [];
  const others = runbooks
    .filter(({ phase }) => phase !== runbook.phase)
    .flatMap(({ confirm }) => confirm.health?.own ?? []);
  const command = hostCommand(runbook, {
    ...{ id: illHostsId, name: 'Ask which hosts are ill' },
    ...health,
    ...{ kind: 'check', mode: 'plan' },
  });
  return {
    witness: {
      command: { ...command, attempt_seconds: witnessSeconds },
      own,
      elsewhere: others.filter((check) => !own.includes(check)),
    },
  };
}
