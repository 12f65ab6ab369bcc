import { createHash } from 'node:crypto';

/**
 * Returns a name in the form that CloudFormation generates: `<stack>-<logical id>-<12 characters>`.
 *
 * The suffix is a hash of stack and logical ID, so the same template gives the same names. The part before the suffix is
 * cut at the longest name of the service.
 */
export function physicalName(stack: string, logicalId: string, longest = 255): string {
  const number = BigInt(`0x${createHash('sha256').update(`${stack}/${logicalId}`).digest('hex')}`);
  const suffix = number.toString(36).toUpperCase().slice(0, 12);
  return `${`${stack}-${logicalId}`.slice(0, longest - suffix.length - 1)}-${suffix}`;
}
