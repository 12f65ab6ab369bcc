const SHORTEST = 5;
const LONGEST = 172_800;
const DEFAULT = 3_600;

/**
 * Returns the seconds that the agent lets a script run: `timeoutSeconds` if it is 5 s to 48 h, otherwise an hour.
 *
 * The agent ignores a value outside these limits without an error. Source: amazon-ssm-agent, pluginutil,
 * ValidateExecutionTimeout.
 */
export function executionSeconds(timeoutSeconds: string | undefined): number {
  const seconds = Number.parseInt(timeoutSeconds ?? '', 10);
  return seconds >= SHORTEST && seconds <= LONGEST ? seconds : DEFAULT;
}
