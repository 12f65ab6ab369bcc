import { describe, expect, test } from 'vitest';
import { sendsNextWave, type Waves, wavesOf } from '../../../domain/host/waves.ts';

const hosts = ['a', 'b', 'c', 'd', 'e', 'f'];
const waves: Waves = { canary: 1, size: 2, stop_after: 1 };

describe('hosts go', () => {
  test.each<[string, readonly string[], Waves | undefined, string[][]]>([
    ['all at once without waves', hosts, undefined, [hosts]],
    ['the canary first, then so many at a time', hosts, waves, [['a'], ['b', 'c'], ['d', 'e'], ['f']]],
    ['in waves without a canary', hosts.slice(0, 3), { ...waves, canary: 0 }, [['a', 'b'], ['c']]],
    ['as canaries alone where there are no more', hosts.slice(0, 2), { ...waves, canary: 3 }, [['a', 'b']]],
    ['in no wave where there are none', [], waves, []],
  ])('%s', (_, all, how, expected) => {
    expect(wavesOf(all, how)).toEqual(expected);
  });
});

describe('the next wave', () => {
  test.each<[string, number, number, boolean]>([
    ['goes after a canary that did it', 1, 0, true],
    ['does not go after a canary that failed', 1, 1, false],
    ['goes while no more hosts failed than allowed', 2, 1, true],
    ['does not go once more have', 3, 2, false],
  ])('%s', (_, sent, failed, expected) => {
    expect(sendsNextWave(waves, sent, failed)).toBe(expected);
  });
});
