import { describe, expect, test } from 'vitest';
import { type OtherChange, otherChangesSentences, softwareChange } from '../../../domain/witness/other-changes.ts';

const window = { from: '2026-03-02T05:00:00.000Z', to: '2026-03-02T09:00:00.000Z' };
const deployed = (at: string): OtherChange => ({
  of: 'deployment',
  at: `2026-03-02T${at}:00.000Z`,
  phase: 4,
  version: 'v1.2.0',
});
const flag: OtherChange = {
  of: 'flag',
  at: '2026-03-02T08:50:00.000Z',
  flag: 'data_source',
  value: 'barchart',
  by: 'ana',
};
const host: OtherChange = {
  ...{ of: 'host', at: '2026-03-02T08:00:00.000Z', host: 'host-3' },
  what: 'SSM agent 3.3.3000.0, before 3.3.2746.0',
};

describe('other changes in the watch window', () => {
  test('are named, the newest first', () => {
    expect(otherChangesSentences([deployed('08:30'), host, flag], window, [])).toEqual([
      'Other changes in the watch window: ana set the flag data_source to barchart at 2026-03-02T08:50:00.000Z; phase 4 was deployed, v1.2.0, at 2026-03-02T08:30:00.000Z; host-3 has SSM agent 3.3.3000.0, before 3.3.2746.0, first seen at 2026-03-02T08:00:00.000Z.',
    ]);
  });

  test.each([
    ['before it', [deployed('04:59')]],
    ['after the alarm', [deployed('09:01')]],
    ['none at all', []],
  ])('are not named: %s', (_, changes) => {
    expect(otherChangesSentences(changes, window, [])).toEqual([]);
  });

  test('that could not be read are not the same as none', () => {
    expect(otherChangesSentences([], window, ['flags'])).toEqual(['Other changes that could not be read: flags.']);
  });

  test('are at most five, and the others are counted', () => {
    const many = Array.from({ length: 7 }, (_, i) => deployed(`08:0${i}`));
    expect(otherChangesSentences(many, window, []).at(-1)).toBe('2 more changes are older.');
  });
});

describe('the software of a host', () => {
  test.each([
    ['another agent', { agent_version: '1' }, { agent_version: '2' }, 'SSM agent 2, before 1'],
    [
      'another system',
      { platform: 'Amazon Linux 2' },
      { platform: 'Amazon Linux 2023' },
      'operating system Amazon Linux 2023, before Amazon Linux 2',
    ],
    ['the same', { agent_version: '1', platform: 'a' }, { agent_version: '1', platform: 'a' }, undefined],
    ['nothing was known before', {}, { agent_version: '2' }, undefined],
    ['nothing is known now: the host is away', { agent_version: '1' }, { agent_version: '' }, undefined],
  ] as const)('%s', (_, before, now, what) => {
    expect(softwareChange(before, now)).toBe(what);
  });
});
