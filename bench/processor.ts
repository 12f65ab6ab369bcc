import { readFileSync } from 'node:fs';

/** Linux counts processor time in hundredths of a second (USER_HZ, `man 5 proc`). */
const TICKS = 100;

/**
 * Returns the processor seconds that `work` used in child processes that have ended, with all processes that those waited
 * for. Undefined on a system without /proc. A busy machine changes them far less than the time on the clock.
 */
export async function processorSeconds(work: () => Promise<unknown>): Promise<number | undefined> {
  const before = ofChildren();
  await work();
  const after = ofChildren();
  return before === undefined || after === undefined ? undefined : Math.round((after - before) * 10) / 10;
}

function ofChildren(): number | undefined {
  try {
    const text = readFileSync('/proc/self/stat', 'utf8');
    // The name, in brackets, may contain spaces; after it follow the third field and the others.
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[13]) + Number(fields[14])) / TICKS;
  } catch {
    return undefined;
  }
}
