import { describe, expect, test } from 'vitest';
import { type Coverage, covers, touchesMore } from '../../../domain/decision/coverage.ts';

const hosts = ['host-1', 'host-2', 'host-3'].map((name) => ({ name, instance_id: name.replace('host', 'i') }));
const fleet: Coverage = { only_hosts: null, hosts };
const two: Coverage = { only_hosts: ['host-1', 'host-2'], hosts: hosts.slice(0, 2) };
const withoutHost3: Coverage = { only_hosts: null, hosts: hosts.slice(0, 2) };

describe('a live rollback covers', () => {
  test.each<[string, Coverage, readonly string[] | null, boolean]>([
    ['an alarm, if it is of the whole fleet', fleet, null, true],
    ['an alarm, even if it does not act on a host', withoutHost3, null, true],
    ['no alarm, if it is of a few hosts', two, null, false],
    ['a start for one of its hosts', two, ['host-2'], true],
    ['a start for exactly its hosts', two, ['host-2', 'host-1'], true],
    ['a start that names its host by its id', two, ['i-1'], true],
    ['no start for another host', two, ['host-3'], false],
    ['no start for one of its hosts and another', two, ['host-1', 'host-3'], false],
    ['any start, if it is of the whole fleet', fleet, ['host-3'], true],
    ['no start for a host on which it does not act', withoutHost3, ['host-3'], false],
  ])('%s', (_, live, asked, expected) => {
    expect(covers(live, asked)).toBe(expected);
  });
});

describe('a live rollback touches more', () => {
  test.each<[string, readonly string[], boolean]>([
    ['than a start for one of its hosts names', ['host-2'], true],
    ['but not than a start that names each', ['host-2', 'i-1'], false],
  ])('%s', (_, asked, expected) => {
    expect(touchesMore(two.hosts, asked)).toBe(expected);
  });
});
