import { besidesPaths } from './confirmation.ts';
import type { HostVerdict } from './host-verdict.ts';

/** A host that failed, in its own words. */
export type FailedHost = { readonly host: string; readonly reason: string };

/**
 * Returns the hosts that an event names as failed, each with its reason. The *Execution stopped* of earlier versions named them without
 * one.
 */
export const failedIn = ({ failed }: Readonly<Record<string, unknown>>): FailedHost[] =>
  (Array.isArray(failed) ? failed : []).map((one: unknown) => {
    const { host, reason } =
      typeof one === 'object' && one !== null ? (one as Partial<FailedHost>) : { host: String(one) };
    return { host: String(host), reason: reason === undefined ? 'without a stored reason' : String(reason) };
  });

type Verdict = Pick<HostVerdict, 'verdict' | 'reason' | 'report'> & { readonly name: string };

const hasNotFailed: readonly HostVerdict['verdict'][] = ['done', 'not started', 'lost'];

/** Returns the hosts that failed a step, each in its own words. */
export const failedOnStep = (verdicts: readonly Verdict[]): FailedHost[] =>
  verdicts
    .filter(({ verdict }) => !hasNotFailed.includes(verdict))
    .map(({ name, reason }) => ({ host: name, reason: reason ?? 'no response' }));

/** Returns the hosts that were not seen at the target version and healthy, each with what was seen. */
export function failedChecks(versions: readonly Verdict[], healths: readonly Verdict[]): FailedHost[] {
  const found = new Map<string, string[]>();
  const add = (name: string, says: string) => found.set(name, [...(found.get(name) ?? []), says]);
  for (const { name, verdict, reason, report } of versions)
    if (verdict !== 'done') add(name, reason ?? 'no response');
    else if (report?.['at_target'] !== true) add(name, atOtherVersion(report));
  for (const { name, verdict, reason, report } of healths)
    if (verdict !== 'done') add(name, reason ?? 'no response');
    else if (report?.['healthy'] !== true) add(name, ill(report));
  return [...found].map(([host, says]) => ({ host, reason: says.join('; ') }));
}

const atOtherVersion = (report: HostVerdict['report']) =>
  `at ${String(report?.['version'])}, ${String(report?.['different'] ?? 'an unknown number of')} paths differ${besidesPaths(report)}`;

function ill(report: HostVerdict['report']): string {
  const failing = report?.['failed'];
  return Array.isArray(failing) && failing.length > 0 ? `not healthy: ${failing.join(', ')}` : 'not healthy';
}
