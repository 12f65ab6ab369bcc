const SHORTEST = 5;
const LONGEST = 172_800;
const DEFAULT = 3_600;

/**
 * How long the agent lets a script run: what `timeoutSeconds` says if that is 5 s to 48 h, and an hour otherwise.
 *
 * A value out of bounds is not an error on the agent, it is ignored. Source: amazon-ssm-agent, pluginutil,
 * ValidateExecutionTimeout.
 */
export function executionSeconds(timeoutSeconds: string | undefined): number {
  const seconds = Number.parseInt(timeoutSeconds ?? '', 10);
  return seconds >= SHORTEST && seconds <= LONGEST ? seconds : DEFAULT;
}
