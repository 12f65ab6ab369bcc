import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { withProgress } from '../../../cli/text/progress.ts';

const output = (isTTY: boolean, columns = 80) => {
  const written: string[] = [];
  return { isTTY, columns, written, write: (text: string) => written.push(text) };
};
const eraseLine = '\r\u001b[2K';

describe('on a terminal', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('one line has the work, its seconds and its stage, and is erased at the end', async () => {
    const terminal = output(true);
    const work = withProgress(
      'Planning',
      async ({ stage }) => {
        stage('+   0.0 s  Open rollback');
        await vi.advanceTimersByTimeAsync(1000);
        return 'planned';
      },
      terminal,
    );
    expect(await work).toBe('planned');
    expect(terminal.written).toEqual([
      `${eraseLine}Planning, 0 s`,
      `${eraseLine}Planning, 0 s: Open rollback`,
      `${eraseLine}Planning, 1 s: Open rollback`,
      eraseLine,
    ]);
  });

  test('a line that is printed above it first erases it', async () => {
    const terminal = output(true);
    await withProgress('Rolling back', async ({ above }) => above('Take the fleet', terminal.write), terminal);
    expect(terminal.written).toEqual([
      `${eraseLine}Rolling back, 0 s`,
      eraseLine,
      'Take the fleet',
      `${eraseLine}Rolling back, 0 s: Take the fleet`,
      eraseLine,
    ]);
  });

  test('the line is cut at the width of the terminal, because a wrapped line cannot be erased', async () => {
    const terminal = output(true, 12);
    await withProgress('Checking every host', async () => {}, terminal);
    expect(terminal.written[0]).toBe(`${eraseLine}Checking ev`);
  });

  test('it is erased after a failure too', async () => {
    const terminal = output(true);
    const work = withProgress('Planning', () => Promise.reject(new Error('no')), terminal);
    await expect(work).rejects.toThrow('no');
    expect(terminal.written.at(-1)).toBe(eraseLine);
  });
});

test('without a terminal there is one line per stage', async () => {
  const file = output(false);
  await withProgress('Planning', async ({ stage }) => stage('+   0.0 s  Open rollback'), file);
  expect(file.written).toEqual(['+   0.0 s  Open rollback\n']);
});
