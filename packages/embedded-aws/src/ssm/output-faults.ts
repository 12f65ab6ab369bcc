/** What becomes of a script's output: it says nothing, says everything twice, or says too much before it. */
export type OutputFault = 'nothing' | 'twice' | 'too-much';

/** Far beyond what Systems Manager keeps of one output: 2,400 bytes in a list, and the first 24,000 characters at all. */
const TOO_MUCH = 5_000;

/** A script's stdout as it arrives under a fault; any other fault leaves it as it is. */
export function said(stdout: string, fault: string | undefined): string {
  switch (fault) {
    case 'says nothing':
      return '';
    case 'says twice':
      return stdout + stdout;
    case 'says too-much':
      return `${'.'.repeat(Math.max(0, TOO_MUCH - 1 - Buffer.byteLength(stdout)))}\n${stdout}`;
    default:
      return stdout;
  }
}
