import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { executionName, readableName } from '../../domain/execution-name.ts';
import { lookPrefix, preparePrefix } from '../../domain/tables.ts';

const at = Date.parse('2026-11-30T03:23:48.123Z');
const name = (who: string) => executionName({ machine: 'phase-1', who, at, unique: '3f9a1c2b' });

test.each([
  ['an operator', 'ana', 'phase-1-ana-20261130T032348Z-3f9a1c2b'],
  ['a trigger', 'data_corruption', 'phase-1-data_corruption-20261130T032348Z-3f9a1c2b'],
  ['a name with blanks and accents', 'José Müller (desk)', 'phase-1-Jose-Muller-desk-20261130T032348Z-3f9a1c2b'],
  ['a name without a letter that is allowed', '山田', 'phase-1-somebody-20261130T032348Z-3f9a1c2b'],
])('an execution of %s is named by phase, person or trigger, and time', (_, who, expected) => {
  expect(name(who)).toBe(expected);
});

test('every name is accepted by Step Functions and by CloudWatch Logs, and keeps its time and its unique end', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 100 }), (who) => {
      expect(name(who)).toMatch(/^phase-1-[A-Za-z0-9_-]{1,39}-20261130T032348Z-3f9a1c2b$/);
      expect(name(who).length).toBeLessThanOrEqual(80);
    }),
  );
});

test.each([lookPrefix, preparePrefix])('the longest name still makes an id behind %s', (prefix) => {
  expect(`${prefix}${name('x'.repeat(100))}`.length).toBeLessThanOrEqual(80);
});

describe('the name for people of a rollback', () => {
  const id = '3f9a1c2b-0a1b-4c2d-8e3f-0123456789ab';
  const record = {
    rollback_id: id,
    phase: 1,
    trigger: 'data_corruption',
    operator: null,
    start_time: '2026-11-30T03:23:48.123Z',
  };
  test.each([
    ['that EventBridge started', record, 'phase-1-data_corruption-20261130T032348Z-3f9a1c2b'],
    [
      'with the two UUIDs of EventBridge',
      { ...record, rollback_id: `${id}_${id}` },
      'phase-1-data_corruption-20261130T032348Z-3f9a1c2b',
    ],
    [
      'that a person started in the console',
      { ...record, trigger: 'manual', operator: 'ana' },
      'phase-1-ana-20261130T032348Z-3f9a1c2b',
    ],
    [
      'of several phases',
      { ...record, phase: 3, phases: [4, 3] },
      'phase-4-3-data_corruption-20261130T032348Z-3f9a1c2b',
    ],
    ['that has a name', { ...record, rollback_id: 'phase-1-ana-20261130T032348Z-3f9a1c2b' }, null],
    ['that a person named', { ...record, rollback_id: 'drill-1' }, null],
  ])('%s', (_, one, name) => {
    expect(readableName(one)).toBe(name);
  });
});
