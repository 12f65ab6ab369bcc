import { expect, test } from 'vitest';
import { readConsistent } from '../../../cli/account/read-consistent.ts';

/** Reads a history that is whole from its nth read on. Returns the number of reads, and whether the result is whole. */
async function readings(wholeFrom: number, runs: boolean) {
  let reads = 0;
  const read = async () => {
    reads += 1;
    return { history: { whole: reads >= wholeFrom } };
  };
  const { history } = await readConsistent(
    read,
    async () => runs,
    async () => {},
  );
  return { reads, whole: history.whole };
}

test('reads a whole history once', async () => {
  expect(await readings(1, true)).toEqual({ reads: 1, whole: true });
});

test('reads again if the history was written between two reads', async () => {
  expect(await readings(3, true)).toEqual({ reads: 3, whole: true });
});

test('returns a broken history of a running rollback after five reads', async () => {
  expect(await readings(99, true)).toEqual({ reads: 5, whole: false });
});

test('returns a broken history of an ended rollback after one read', async () => {
  expect(await readings(2, false)).toEqual({ reads: 1, whole: false });
});
