import { InvalidInput } from '../../domain/errors.ts';
import {
  type CheckVerdict,
  fleetCheckVerdict,
  type HostCheck,
  type HostCheckResult,
  hostCheckVerdict,
  parseHostCheckRequest,
} from '../../domain/host/host-check.ts';
import type { HostVerdict } from '../../domain/host/host-verdict.ts';
import { lookPrefix } from '../../domain/tables.ts';
import type { ManagedInstances } from '../clients/managed-instances.ts';
import type { HostCommand } from '../middleware/payload.ts';
import { freezeHosts } from '../operations/freeze-hosts.ts';
import { attemptOnHosts, type HostReadDeps } from '../operations/host-attempt.ts';
import { reportingId } from '../operations/reporting-id.ts';
import type { AwayHost, RollbackScope } from '../stores/rollback-scope.ts';
import { beginFileCheck, type FileCheckDeps, keepFindings } from './file-check.ts';
import { keepLoadTest, type LoadTestDeps, refuseLoad } from './load-test.ts';

export type LookRequest = {
  readonly execution: {
    readonly id: string;
    readonly name: string;
    readonly start_time: string;
    readonly input: unknown;
  };
  readonly fleet: string;
  /** The checks by kind and phase. */
  readonly checks: Readonly<
    Partial<Record<HostCheck, readonly { readonly phase: number; readonly command: HostCommand }[] | undefined>>
  >;
  readonly documents: readonly { readonly name: string; readonly sha256: string }[];
};
export type LookAtHostsDeps = HostReadDeps & {
  readonly fileCheck: FileCheckDeps;
  readonly loadTest: LoadTestDeps;
  readonly managedInstances: ManagedInstances;
  readonly tag: { readonly key: string; readonly value: string };
};

/**
 * Runs the customer's own check on every host: whether the host is healthy, or whether it is rolled back. Or reads all files of
 * every host, or runs the customer's load test there.
 *
 * Changes nothing and takes no lock, so a look is allowed at any time, also while a rollback runs. Calling it again
 * continues the attempt that an earlier call left running. Throws InvalidInput.
 */
export async function lookAtHosts(
  deps: LookAtHostsDeps,
  request: LookRequest,
  remaining: () => number,
): Promise<HostCheckResult> {
  const { execution, checks, fleet } = request;
  const { check, phase: asked, quick } = parseHostCheckRequest(execution.input);
  const { phase, command, variant } = chosenCheck(checks, { check, asked, quick }, deps.fileCheck.own);
  const id = reportingId(`${lookPrefix}${execution.name}`, lookPrefix, execution.name);
  const frozen = await deps.scopes.read(id);
  if (check === 'files' && !frozen) await beginFileCheck(deps.fileCheck, fleet);
  if (check === 'load' && !frozen) await refuseLoad(deps.loadTest, fleet);
  const scope = frozen ?? (await freezeFor(deps, request, id));
  const rollback = { id, execution_arn: execution.id, phase, fleet, alarm: null, deadline: execution.start_time };
  const asking = { rollback, fence: 0, command, unrecorded: true } as const;
  const last = await deps.attempts.read(id, command.id);
  const { attempt, verdicts } = await attemptOnHosts(deps, asking, { scope, hosts: scope.hosts, last }, remaining);
  const all = [...verdicts, ...scope.not_online.map(notOnline)];
  await deps.history.putHosts(id, command.id, all);
  await deps.attempts.write(id, command.id, { ...attempt, verdict: 'done' });
  if (check === 'files') await keepFindings(deps.fileCheck, fleet, verdicts);
  const looks = all.map((one) => hostCheckVerdict(check, one));
  const count = (verdict: CheckVerdict) => looks.filter((one) => one === verdict).length;
  const hosts = { PASS: count('PASS'), FAIL: count('FAIL'), INCONCLUSIVE: count('INCONCLUSIVE') };
  const result = { look_id: id, check, variant, phase, verdict: fleetCheckVerdict(looks), hosts };
  if (check === 'load') await keepLoadTest(deps.loadTest, execution.id, result);
  return result;
}

type Asked = { readonly check: HostCheck; readonly asked: number | null; readonly quick: boolean };

/** Returns the command of a check, and which phase's it is. Throws InvalidInput. */
function chosenCheck(checks: LookRequest['checks'], { check, asked, quick }: Asked, own: readonly string[]) {
  const known = checks[check] ?? [];
  const found = known.find(({ phase }) => asked === null || phase === asked);
  if (!found)
    throw new InvalidInput(
      `No runbook${asked === null ? '' : ` of phase ${asked}`} has a check for ${check}; phases with one: ${known.map(({ phase }) => phase).join(', ') || 'none'}.`,
    );
  const variant = check === 'health' ? (quick ? ('quick' as const) : ('comprehensive' as const)) : null;
  const parameters = {
    ...found.command.parameters,
    ...(variant ? { Variant: variant } : {}),
    ...(check === 'files' && own.length > 0 ? { Own: own.join(' ') } : {}),
  };
  return { phase: found.phase, command: { ...found.command, parameters }, variant };
}

async function freezeFor(
  deps: LookAtHostsDeps,
  { execution, documents }: LookRequest,
  id: string,
): Promise<RollbackScope> {
  return deps.scopes.keep(id, {
    execution_arn: execution.id,
    ...(await freezeHosts(deps, documents)),
    only_hosts: null,
    steps: [],
    deployment: null,
    window_start: `${execution.start_time.slice(0, 19)}Z`,
    deadline: execution.start_time,
  });
}

const notOnline = ({ away, instance_id, name }: AwayHost): HostVerdict => ({
  host: { instance_id, name },
  verdict: 'unknown',
  reason: away ?? 'not online in Systems Manager',
  report: null,
  command_id: null,
});
