import { describe, expect, test } from 'vitest';
import { semaphore } from '../../src/clock/semaphore.ts';

const tick = () => new Promise((resolve) => setImmediate(resolve));

/** Requests a permit and notes the name when it is granted. */
function request(acquire: () => Promise<() => void>, name: string, granted: string[]) {
  const release = acquire();
  void release.then(() => granted.push(name));
  return release;
}

describe('a permit', () => {
  test('is granted at once while one is free', async () => {
    const acquire = semaphore(2);
    const granted: string[] = [];
    void request(acquire, 'first', granted);
    void request(acquire, 'second', granted);
    void request(acquire, 'third', granted);
    await tick();
    expect(granted).toEqual(['first', 'second']);
  });

  test('is granted in the order of the requests when one is released', async () => {
    const acquire = semaphore(1);
    const granted: string[] = [];
    const release = await request(acquire, 'first', granted);
    void request(acquire, 'second', granted);
    void request(acquire, 'third', granted);
    release();
    await tick();
    expect(granted).toEqual(['first', 'second']);
  });

  test('released twice becomes free once', async () => {
    const acquire = semaphore(1);
    const granted: string[] = [];
    const release = await request(acquire, 'first', granted);
    release();
    release();
    void request(acquire, 'second', granted);
    void request(acquire, 'third', granted);
    await tick();
    expect(granted).toEqual(['first', 'second']);
  });

  test('released without a waiting request is free for the next', async () => {
    const acquire = semaphore(1);
    const granted: string[] = [];
    (await request(acquire, 'first', granted))();
    await request(acquire, 'second', granted);
    expect(granted).toEqual(['first', 'second']);
  });

  test('is granted to every request if the number of permits is infinite', async () => {
    const acquire = semaphore(Number.POSITIVE_INFINITY);
    const granted: string[] = [];
    for (const name of ['first', 'second', 'third']) void request(acquire, name, granted);
    await tick();
    expect(granted).toHaveLength(3);
  });
});
