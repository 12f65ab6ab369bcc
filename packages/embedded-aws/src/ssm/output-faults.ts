/** A change of a script's output: removed, doubled, or preceded by too many characters. */
export type OutputFault = 'nothing' | 'twice' | 'too-much';

/** Bytes of output after `too-much`. Systems Manager returns 2,400 bytes in lists and 24,000 characters otherwise. */
const TOO_MUCH = 5_000;

/** Returns a script's stdout under a fault. A fault of another kind does not change it. */
export function outputUnder(fault: string | undefined, stdout: string): string {
  switch (fault) {
    case 'print nothing':
      return '';
    case 'print twice':
      return stdout + stdout;
    case 'print too-much':
      return `${'.'.repeat(Math.max(0, TOO_MUCH - 1 - Buffer.byteLength(stdout)))}\n${stdout}`;
    default:
      return stdout;
  }
}
