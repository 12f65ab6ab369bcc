import { describe, expect, test } from 'vitest';
import { sendsNextWave, type Waves, wavesOf } from '../../../domain/host/waves.ts';

const hosts = ['a', 'b', 'c', 'd', 'e', 'f'];
const waves: Waves = { canary: 1, size: 2, stop_after: 1 };

describe('hosts are sent a step', () => {
  test.each<[string, readonly string[], Waves | undefined, string[][]]>([
    ['all at once without waves', hosts, undefined, [hosts]],
    ['the canary first, then in waves of equal size', hosts, waves, [['a'], ['b', 'c'], ['d', 'e'], ['f']]],
    ['in waves without a canary', hosts.slice(0, 3), { ...waves, canary: 0 }, [['a', 'b'], ['c']]],
    ['as canaries only, if there are no more', hosts.slice(0, 2), { ...waves, canary: 3 }, [['a', 'b']]],
    ['in no wave, if there are none', [], waves, []],
  ])('%s', (_, all, how, expected) => {
    expect(wavesOf(all, how)).toEqual(expected);
  });
});

describe('the next wave', () => {
  test.each<[string, number, number, boolean]>([
    ['is sent after a canary that succeeded', 1, 0, true],
    ['is not sent after a canary that failed', 1, 1, false],
    ['is sent while at most stop_after hosts failed', 2, 1, true],
    ['is not sent once more have failed', 3, 2, false],
  ])('%s', (_, sent, failed, expected) => {
    expect(sendsNextWave(waves, sent, failed)).toBe(expected);
  });
});
