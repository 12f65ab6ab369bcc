import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import type { KeptVerdict } from './host-reports.ts';

const hostChecks = ['health', 'verify', 'files', 'load'] as const;
/**
 * The customer's own checks: `health` reports whether a host is healthy, `verify` whether a phase is rolled back. `files` is the
 * product's own: whether every tracked file has the content of the host's commit. `load`: the customer's load test.
 */
export type HostCheck = (typeof hostChecks)[number];
type HostCheckRequest = { readonly check: HostCheck; readonly phase: number | null; readonly quick: boolean };

const schema = z.strictObject({
  check: z.enum(hostChecks),
  phase: z.int().min(1).max(99).optional(),
  quick: z.boolean().optional(),
});

/** Parses the input of the machine that checks hosts. Throws InvalidInput. */
export function parseHostCheckRequest(input: unknown): HostCheckRequest {
  const { success, data } = schema.safeParse(input);
  if (!success)
    throw new InvalidInput(
      `The input must be {"check": "health"}, {"check": "verify", "phase": 1}, {"check": "load", "phase": 1} or {"check": "files"}, with "quick": true for the quick health check; found ${JSON.stringify(input)?.slice(0, 100)}.`,
    );
  const { check, phase = null, quick = false } = data;
  if ((check === 'verify' || check === 'load') && phase === null)
    throw new InvalidInput(
      `The check ${check} needs a phase, such as {"check": "${check}", "phase": 1}; found ${JSON.stringify(input)}.`,
    );
  return { check, phase, quick };
}

export type CheckVerdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE';

/** Returns the verdict of one host's report. A host without a result is INCONCLUSIVE: missing data is never PASS. */
export function hostCheckVerdict(
  check: HostCheck,
  { verdict, report }: Pick<KeptVerdict, 'verdict' | 'report'>,
): CheckVerdict {
  if (verdict !== 'done') return 'INCONCLUSIVE';
  if (check === 'files') {
    const changed = report?.['changed'];
    return typeof changed === 'number' ? (changed === 0 ? 'PASS' : 'FAIL') : 'INCONCLUSIVE';
  }
  const good = report?.[check === 'health' ? 'healthy' : 'passed'];
  if (good === true) return 'PASS';
  return good === false ? 'FAIL' : 'INCONCLUSIVE';
}

/** Returns the fleet's verdict: that of its worst host. A fleet without hosts is INCONCLUSIVE. */
export function fleetCheckVerdict(hosts: readonly CheckVerdict[]): CheckVerdict {
  if (hosts.includes('FAIL')) return 'FAIL';
  return hosts.length === 0 || hosts.includes('INCONCLUSIVE') ? 'INCONCLUSIVE' : 'PASS';
}

/** The result of a check, in counts; each host's report is a HOST item under `look_id`. */
export type HostCheckResult = {
  readonly look_id: string;
  readonly check: HostCheck;
  /** The variant of a health check; null for the others. */
  readonly variant: 'quick' | 'comprehensive' | null;
  readonly phase: number;
  readonly verdict: CheckVerdict;
  readonly hosts: Readonly<Record<CheckVerdict, number>>;
};
