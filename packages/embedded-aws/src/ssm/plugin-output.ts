/** The most bytes of a step's output that the agent reports in one field. The API's model allows 2,500. */
const CAPACITY = 2400;
const ERROR_TITLE = '\n----------ERROR-------\n';
const OUTPUT_CUT = '\n---Output truncated---';
const ERROR_CUT = '\n---Error truncated----';

/**
 * Joins stdout and stderr like the agent for ListCommandInvocations: at most 2,400 bytes for both.
 *
 * A stream longer than half of the space is truncated at its end, because SSM keeps the first characters. Two traps
 * follow from this rule:
 * - A long stderr does not change a short stdout, but a stdout of more than half of the space loses its end.
 * - A text that fits exactly is truncated too, because the comparison is strict.
 *
 * Source: amazon-ssm-agent, iohandler.go, TruncateOutput.
 */
export function pluginOutput(stdout: string, stderr: string): string {
  const title = stderr === '' ? '' : ERROR_TITLE;
  const space = CAPACITY - title.length;
  const [output, error] = [Buffer.byteLength(stdout), Buffer.byteLength(stderr)];

  if (output + error < space) return stdout + title + stderr;
  if (output > space / 2 && error > space / 2) {
    const half = Math.floor((space - OUTPUT_CUT.length - ERROR_CUT.length) / 2);
    return firstBytes(stdout, half) + OUTPUT_CUT + title + firstBytes(stderr, half) + ERROR_CUT;
  }
  if (output < space / 2) {
    return stdout + title + firstBytes(stderr, space - ERROR_CUT.length - output) + ERROR_CUT;
  }
  return firstBytes(stdout, space - OUTPUT_CUT.length - error) + OUTPUT_CUT + title + stderr;
}

/** Returns the first bytes of a text, without a character that the limit splits. The agent counts bytes. */
function firstBytes(text: string, count: number): string {
  const bytes = Buffer.from(text).subarray(0, Math.max(0, count));
  return new TextDecoder('utf-8').decode(bytes, { stream: true });
}
