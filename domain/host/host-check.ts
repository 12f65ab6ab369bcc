import * as z from 'zod';
import { InvalidInput } from '../errors.ts';
import type { KeptVerdict } from './host-reports.ts';

const hostChecks = ['health', 'verify'] as const;
export type HostCheck = (typeof hostChecks)[number];
type HostCheckRequest = { readonly check: HostCheck; readonly phase: number | null; readonly quick: boolean };

const schema = z.strictObject({
  check: z.enum(hostChecks),
  phase: z.int().min(1).max(99).optional(),
  quick: z.boolean().optional(),
});

/** What a look is asked for. Throws InvalidInput. */
export function parseHostCheckRequest(input: unknown): HostCheckRequest {
  const { success, data } = schema.safeParse(input);
  if (!success)
    throw new InvalidInput(
      `A look is {"check": "health"} or {"check": "verify", "phase": 1}, with "quick": true for the quick health check; found ${JSON.stringify(input)?.slice(0, 100)}.`,
    );
  const { check, phase = null, quick = false } = data;
  if (check === 'verify' && phase === null)
    throw new InvalidInput('To verify needs a phase, such as {"check": "verify", "phase": 1}.');
  return { check, phase, quick };
}

export type CheckVerdict = 'PASS' | 'FAIL' | 'INCONCLUSIVE';

/** What a host's answer says. One that could not look, or could not tell, is INCONCLUSIVE: no data is never PASS. */
export function hostCheckVerdict(
  check: HostCheck,
  { verdict, report }: Pick<KeptVerdict, 'verdict' | 'report'>,
): CheckVerdict {
  if (verdict !== 'done') return 'INCONCLUSIVE';
  const good = report?.[check === 'health' ? 'healthy' : 'passed'];
  if (good === true) return 'PASS';
  return good === false ? 'FAIL' : 'INCONCLUSIVE';
}

/** The fleet is as its worst host. */
export function fleetCheckVerdict(hosts: readonly CheckVerdict[]): CheckVerdict {
  if (hosts.includes('FAIL')) return 'FAIL';
  return hosts.length === 0 || hosts.includes('INCONCLUSIVE') ? 'INCONCLUSIVE' : 'PASS';
}

/** Counts; what each host said are HOST items under the look's id. */
export type HostCheckResult = {
  readonly look_id: string;
  readonly check: HostCheck;
  /** Of a look at health. */
  readonly variant: 'quick' | 'comprehensive' | null;
  readonly phase: number;
  readonly verdict: CheckVerdict;
  readonly hosts: Readonly<Record<CheckVerdict, number>>;
};
