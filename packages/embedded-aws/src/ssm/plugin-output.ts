/** What the agent reports of a step in one field; the API's model allows 2,500. */
const CAPACITY = 2400;
const ERROR_TITLE = '\n----------ERROR-------\n';
const OUTPUT_CUT = '\n---Output truncated---';
const ERROR_CUT = '\n---Error truncated----';

/**
 * Joins stdout and stderr as the agent does for ListCommandInvocations: 2,400 bytes for both.
 *
 * Who is longer than half of the space is cut, and always at the end: SSM keeps the first characters. Two traps follow
 * from the rule. A long stderr leaves a short stdout whole, but a stdout of more than half loses its end. And a text
 * that just fits is cut all the same (the comparison is strict).
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

/** The agent counts bytes; what is left of a split character is dropped, so that the text stays text. */
function firstBytes(text: string, count: number): string {
  const bytes = Buffer.from(text).subarray(0, Math.max(0, count));
  return new TextDecoder('utf-8').decode(bytes, { stream: true });
}
