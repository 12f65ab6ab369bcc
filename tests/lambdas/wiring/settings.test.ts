import { expect, test } from 'vitest';
import { jsonSetting, settingsFrom } from '../../../lambdas/wiring/settings.ts';

test('returns a setting by its name', () => {
  expect(settingsFrom({ STATE_TABLE: 'state' })('STATE_TABLE')).toBe('state');
});

test('returns the value of a setting that is JSON', () => {
  expect(jsonSetting(settingsFrom({ PHASES: '[1,2]' }), 'PHASES')).toEqual([1, 2]);
});

test.each([{}, { TABLE: '' }, { TABLE: undefined }])(
  'throws an error that names a missing setting: %j',
  (variables) => {
    expect(() => settingsFrom(variables)('TABLE')).toThrow(
      'TABLE is not set. The stack sets it on this function; was it deployed by hand?',
    );
  },
);
