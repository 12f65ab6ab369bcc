import type { FleetHost } from '../host/inventory.ts';
import { hostLineIds } from './host-lines.ts';
import { bad, type Line, type Readiness } from './readiness.ts';

/** Hosts are asked once a day, and after each preparation. Two hours allow for a check that starts late or lasts. */
const mostAge = 26 * 3600_000;

/**
 * Returns the lines about hosts as the hosts answered them last. A line is not ready if they answered for another version, too
 * long ago, or if a host has joined the fleet since.
 */
export function linesAgain(
  before: Readiness | undefined,
  version: string | null,
  hosts: readonly FleetHost[],
  now: number,
): Line[] {
  const { asked_at = null, asked = [], lines = [] } = before ?? {};
  const whole = `npm run rollback -- ready --phase ${before?.phase ?? 'N'}`;
  const all = (evidence: string) => hostLineIds.map((id) => bad(id, evidence, `Ask the hosts: ${whole}`));
  if (asked_at === null) return all('The hosts were not asked yet');
  if (before?.version !== version)
    return all(`The hosts were asked about ${before?.version}, and not yet about ${version}`);
  if (now - Date.parse(asked_at) > mostAge) return all(`The hosts were asked at ${asked_at}, more than a day ago`);
  const joined = hosts.filter(({ instance_id, missing }) => !missing && !asked.includes(instance_id));
  const problems = joined.map(({ name }) => ({ name, found: `it joined the fleet after ${asked_at}` }));
  return hostLineIds.flatMap((id) => {
    const line = lines.find((one) => one.id === id);
    if (!line) return bad(id, 'The hosts were not asked yet', `Ask the hosts: ${whole}`);
    if (!line.ready || joined.length === 0) return line;
    return bad(
      id,
      `Not known of ${joined
        .map(({ name }) => name)
        .slice(0, 5)
        .join(', ')}`,
      `Ask the hosts: ${whole}`,
      problems,
    );
  });
}
