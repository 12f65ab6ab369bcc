import { describe, expect, test } from 'vitest';
import { type Coverage, covers } from '../../../domain/decision/coverage.ts';

const fleet: Coverage = { only_hosts: null, away: [] };
const two: Coverage = { only_hosts: ['host-1', 'host-2'], away: [] };

describe('a live rollback covers', () => {
  test.each<[string, Coverage, readonly string[] | null, boolean]>([
    ['an alarm, if it is of the whole fleet', fleet, null, true],
    ['an alarm, even if it cannot reach a host', { ...fleet, away: ['host-3'] }, null, true],
    ['no alarm, if it is of a few hosts', two, null, false],
    ['a start for one of its hosts', two, ['host-2'], true],
    ['a start for exactly its hosts', two, ['host-2', 'host-1'], true],
    ['no start for another host', two, ['host-3'], false],
    ['no start for one of its hosts and another', two, ['host-1', 'host-3'], false],
    ['any start, if it is of the whole fleet', fleet, ['host-3'], true],
    ['no start for a host that it could not reach', { ...fleet, away: ['host-3'] }, ['host-3'], false],
    ['no start that names the same host by its id: the start waits instead of being lost', two, ['i-1'], false],
  ])('%s', (_, live, asked, expected) => {
    expect(covers(live, asked)).toBe(expected);
  });
});
