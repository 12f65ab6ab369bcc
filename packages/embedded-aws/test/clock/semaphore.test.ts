import { describe, expect, test } from 'vitest';
import { semaphore } from '../../src/clock/semaphore.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** Asks for a turn and notes when it came. */
function ask(turn: () => Promise<() => void>, name: string, came: string[]) {
  const back = turn();
  void back.then(() => came.push(name));
  return back;
}

describe('a turn', () => {
  test('comes at once while there is a place', async () => {
    const turn = semaphore(2);
    const came: string[] = [];
    void ask(turn, 'first', came);
    void ask(turn, 'second', came);
    void ask(turn, 'third', came);
    await tick();
    expect(came).toEqual(['first', 'second']);
  });

  test('comes in the order asked for, when one is given back', async () => {
    const turn = semaphore(1);
    const came: string[] = [];
    const giveBack = await ask(turn, 'first', came);
    void ask(turn, 'second', came);
    void ask(turn, 'third', came);
    giveBack();
    await tick();
    expect(came).toEqual(['first', 'second']);
  });

  test('given back twice frees one place', async () => {
    const turn = semaphore(1);
    const came: string[] = [];
    const giveBack = await ask(turn, 'first', came);
    giveBack();
    giveBack();
    void ask(turn, 'second', came);
    void ask(turn, 'third', came);
    await tick();
    expect(came).toEqual(['first', 'second']);
  });

  test('given back while nobody waits is there for the next', async () => {
    const turn = semaphore(1);
    const came: string[] = [];
    (await ask(turn, 'first', came))();
    await ask(turn, 'second', came);
    expect(came).toEqual(['first', 'second']);
  });

  test('comes to everybody where places are without end', async () => {
    const turn = semaphore(Number.POSITIVE_INFINITY);
    const came: string[] = [];
    for (const name of ['first', 'second', 'third']) void ask(turn, name, came);
    await tick();
    expect(came).toHaveLength(3);
  });
});
