import { withCodes } from '../../domain/printable.ts';

type Progress = {
  /** Names what the work does now. Without a terminal this prints a line. */
  readonly stage: (line: string) => void;
  /** Names it likewise in a line that `say` prints in either case, above the renewed one. */
  readonly above: (line: string, say: (line: string) => void) => void;
};

type Output = { readonly isTTY?: boolean; readonly columns?: number; write(text: string): unknown };

const eraseLine = '\r\u001b[2K';

/**
 * Runs long work and shows on standard error that it continues: on a terminal in one line with the seconds, which is
 * renewed and finally erased; without a terminal in a line per stage.
 */
export async function withProgress<T>(
  title: string,
  work: (progress: Progress) => Promise<T>,
  output: Output = process.stderr,
): Promise<T> {
  if (!output.isTTY)
    return work({ stage: (line) => output.write(`${withCodes(line)}\n`), above: (line, say) => say(line) });
  const began = Date.now();
  let stage = '';
  const erase = () => output.write(eraseLine);
  const renew = () => {
    const line = `${title}, ${Math.round((Date.now() - began) / 1000)} s${stage}`;
    // A longer line would wrap, and only its last row would be erased. Some terminals report 0 columns.
    output.write(`${eraseLine}${line.slice(0, (output.columns || 80) - 1)}`);
  };
  const timer = setInterval(renew, 1000);
  renew();
  const setStage = (line: string) => {
    stage = `: ${withCodes(line)
      .replace(/^\+ *[\d.]+ s +/, '')
      .trim()}`;
    renew();
  };
  try {
    return await work({
      stage: setStage,
      above: (line, say) => {
        erase();
        say(line);
        setStage(line.split('\n')[0] ?? '');
      },
    });
  } finally {
    clearInterval(timer);
    erase();
  }
}
