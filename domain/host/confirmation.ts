import { failureSentence, type Host, type HostVerdict } from './host-verdict.ts';

export type Confirmation = {
  /** UNVERIFIED: PASS on every host that was online when the rollback opened, and there were others. */
  readonly verdict: 'PASS' | 'UNVERIFIED' | 'FAIL' | 'INCONCLUSIVE';
  /** Why it is not PASS, as a sentence; null when it is. */
  readonly problem: string | null;
  /** How many hosts were seen at the target version. */
  readonly at_target: number;
};

export type VersionEvidence = {
  readonly hosts: readonly Host[];
  /** Tagged hosts that could not be asked at all, by name. */
  readonly notOnline: readonly string[];
  /** Each host's answer to "which version do you run?" (infra/host-scripts/version-at-target.py). */
  readonly checks: readonly HostVerdict[];
  /** By step: the ids of the hosts that have done it. */
  readonly done: ReadonlyMap<string, ReadonlySet<string>>;
  readonly target_version: string;
};

/**
 * Whether the fleet is where the rollback wanted it: every step done on every host, every host seen at the target.
 *
 * A host known to be elsewhere is FAIL; one that could not be asked is INCONCLUSIVE; hosts that were not online from the
 * start leave the rest UNVERIFIED. No data is never PASS.
 */
export function confirmation(seen: VersionEvidence): Confirmation {
  const at_target = seen.checks.filter(
    (check) => check.verdict === 'done' && atTarget(check, seen.target_version),
  ).length;
  return { ...judged(seen), at_target };
}

function judged({ hosts, notOnline, checks, done, target_version }: VersionEvidence): Omit<Confirmation, 'at_target'> {
  for (const [step, ids] of done) {
    const missing = hosts.filter(({ instance_id }) => !ids.has(instance_id));
    if (missing.length > 0) return { verdict: 'FAIL', problem: `${step} has no done verdict from ${names(missing)}.` };
  }
  const elsewhere = checks.filter((check) => check.verdict === 'done' && !atTarget(check, target_version));
  if (elsewhere.length > 0)
    return {
      verdict: 'FAIL',
      problem: `Not at ${target_version}: ${elsewhere.slice(0, 5).map(whereItIs).join('; ')}.`,
    };
  if (hosts.length === 0) return { verdict: 'INCONCLUSIVE', problem: 'There is no host to look at.' };
  const silent = hosts.map((host) => answerOf(host, checks)).filter(({ verdict }) => verdict !== 'done');
  if (silent.length > 0)
    return {
      verdict: 'INCONCLUSIVE',
      problem: `The version could not be read on ${failureSentence(silent, hosts.length)}.`,
    };
  if (notOnline.length > 0)
    return {
      verdict: 'UNVERIFIED',
      problem: `Not online when the rollback opened, so not rolled back: ${notOnline.slice(0, 20).join(', ')}${notOnline.length > 20 ? ` and ${notOnline.length - 20} more` : ''}.`,
    };
  return { verdict: 'PASS', problem: null };
}

const atTarget = ({ report }: HostVerdict, target: string) =>
  report?.['at_target'] === true && report['version'] === target;

const answerOf = (host: Host, checks: readonly HostVerdict[]): HostVerdict =>
  checks.find((check) => check.host.instance_id === host.instance_id) ?? {
    host,
    verdict: 'waiting',
    reason: null,
    report: null,
    command_id: null,
  };

function whereItIs({ host, report }: HostVerdict): string {
  const flags = Array.isArray(report?.['flags']) ? report['flags'].map((one) => `, ${String(one)}`).join('') : '';
  return `${host.name} is at ${String(report?.['version'])} with ${String(report?.['different'] ?? 'unknown')} paths different${flags}`;
}

const names = (hosts: readonly Host[]) =>
  hosts
    .slice(0, 5)
    .map(({ name }) => name)
    .join(', ');
