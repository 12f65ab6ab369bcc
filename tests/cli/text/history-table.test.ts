import stringWidth from 'fast-string-width';
import { describe, expect, test } from 'vitest';
import { historyTable } from '../../../cli/text/history-table.ts';
import type { RecordSummary } from '../../../domain/history/record-index.ts';

const summary: RecordSummary = {
  format: 1,
  rollback_id: '9b1d6f0e-0000-4000-8000-0123456789ab',
  phase: 2,
  phase_name: 'new-client',
  trigger: 'data_corruption',
  severity: 'CRITICAL',
  mode: 'live',
  start_time: '2026-11-03T08:00:07.123Z',
  completion_time: '2026-11-03T08:12:31.000Z',
  duration_minutes: 12.4,
  deadline: '2026-11-03T08:15:07.123Z',
  limit_missed: false,
  ending: 'Rolled back',
  data_loss: false,
  operator: null,
  principal: null,
  hosts: 3,
  restored_to: 'v1.3.9',
  version: 'v1.4.0',
  cause: true,
};
const open: RecordSummary = {
  ...summary,
  rollback_id: 'r-1',
  completion_time: null,
  duration_minutes: null,
  ending: null,
  data_loss: null,
  limit_missed: true,
  operator: 'ana',
  version: null,
  cause: false,
};

test('without a terminal the table has every column, aligned', () => {
  expect(historyTable([summary, open], undefined)).toEqual([
    'STARTED (UTC)        ROLLBACK                              PHASE  SEVERITY  TRIGGER          ENDING       MINUTES  LIMIT   HOSTS  VERSION  OPERATOR  CAUSE  DATA LOSS',
    '2026-11-03 08:00:07  9b1d6f0e-0000-4000-8000-0123456789ab      2  CRITICAL  data_corruption  Rolled back    12.40  kept        3  v1.4.0   -         set    no',
    '2026-11-03 08:00:07  r-1                                       2  CRITICAL  data_corruption  not ended          -  missed      3  -        ana       -      -',
  ]);
});

describe('on a terminal', () => {
  test.each([80, 100, 132, 200])('no line of the table is longer than its %i columns', (width) => {
    const table = historyTable([summary, { ...open, operator: '名'.repeat(200), version: 'v'.repeat(200) }], width);
    const lines = table.filter((line) => !line.startsWith('Too narrow'));
    expect(Math.max(...lines.map((line) => stringWidth(line)))).toBeLessThanOrEqual(width);
  });

  test('a narrow one leaves out the columns that matter least, and names them', () => {
    const table = historyTable([summary], 80);
    expect(table[0]).toBe('STARTED (UTC)        ROLLBACK                              PHASE  ENDING');
    expect(table.at(-1)).toBe(
      'Too narrow for: severity, trigger, minutes, limit, hosts, version, operator, cause, data loss. --json and --csv have every field.',
    );
  });

  test('the narrowest one still has time, whole id and phase', () => {
    expect(historyTable([summary], 10)[1]).toBe('2026-11-03 08:00:07  9b1d6f0e-0000-4000-8000-0123456789ab      2');
  });

  test('a long value is cut', () => {
    expect(historyTable([{ ...open, operator: 'o'.repeat(30) }], 250)[1]).toContain(`  ${'o'.repeat(23)}…  `);
  });
});

test('wide characters keep the columns aligned', () => {
  const [, first = '', second = ''] = historyTable(
    [
      { ...open, operator: '名前' },
      { ...open, operator: 'anna' },
    ],
    undefined,
  );
  expect(stringWidth(first)).toBe(stringWidth(second));
});

test.each(['\u001b[2J', '\n', '\u202e', '\u0007'])('%j in a value does not reach the terminal', (garbling) => {
  const table = historyTable([{ ...open, operator: `a${garbling}b` }], undefined).join('|');
  expect(table).not.toContain(garbling);
  expect(table).toContain('a?');
});

test('a summary of an older version, which lacks fields, is a row', () => {
  const older = { rollback_id: 'r-0', start_time: '2025-01-01T00:00:00.000Z' } as RecordSummary;
  expect(historyTable([older], undefined)[1]).toMatch(/^2025-01-01 00:00:00 {2}r-0 .* - /);
});
