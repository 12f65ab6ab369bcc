import { expect, test } from 'vitest';
import { readConsistent } from '../../../cli/account/read-consistent.ts';

/** A history that is whole from its nth reading on, of a rollback that runs or has ended; how often it was read. */
async function readings(wholeFrom: number, runs: boolean) {
  let times = 0;
  const read = async () => {
    times += 1;
    return { history: { whole: times >= wholeFrom } };
  };
  const { history } = await readConsistent(
    read,
    async () => runs,
    async () => {},
  );
  return { times, whole: history.whole };
}

test('a history that is whole is read once', async () => {
  expect(await readings(1, true)).toEqual({ times: 1, whole: true });
});

test('one that was written between two readings is read again', async () => {
  expect(await readings(3, true)).toEqual({ times: 3, whole: true });
});

test('one that stays broken while its rollback runs is called broken after five readings', async () => {
  expect(await readings(99, true)).toEqual({ times: 5, whole: false });
});

test('one of a rollback that has ended is called broken at once', async () => {
  expect(await readings(2, false)).toEqual({ times: 1, whole: false });
});
