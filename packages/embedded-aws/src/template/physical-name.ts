import { createHash } from 'node:crypto';

/**
 * The name CloudFormation would give a resource that has none: `<stack>-<logical id>-<12 characters>`.
 *
 * Taken from what it names, so that the same template gives the same names; cut before the suffix where the service
 * takes no longer ones.
 */
export function physicalName(stack: string, logicalId: string, longest = 255): string {
  const number = BigInt(`0x${createHash('sha256').update(`${stack}/${logicalId}`).digest('hex')}`);
  const suffix = number.toString(36).toUpperCase().slice(0, 12);
  return `${`${stack}-${logicalId}`.slice(0, longest - suffix.length - 1)}-${suffix}`;
}
