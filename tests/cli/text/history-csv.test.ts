import { describe, expect, test } from 'vitest';
import { historyCsv } from '../../../cli/text/history-csv.ts';
import type { RecordSummary } from '../../../domain/history/record-index.ts';

const summary = {
  rollback_id: 'r-1',
  phase: 2,
  start_time: '2026-11-03T08:00:07.123Z',
  duration_minutes: 12.4,
  ending: 'Rolled back, unverified',
  limit_missed: false,
  cause: true,
  data_loss: null,
} as RecordSummary;

test('is a header and a line per rollback; unknown is empty, and a comma is quoted', () => {
  expect(historyCsv('staging', [summary])).toBe(
    'environment,rollback_id,phase,phase_name,trigger,severity,mode,start_time,completion_time,duration_minutes,deadline,limit_missed,ending,data_loss,operator,principal,hosts,restored_to,version,cause\r\n' +
      'staging,r-1,2,,,,,2026-11-03T08:00:07.123Z,,12.4,,false,"Rolled back, unverified",,,,,,,true\r\n',
  );
});

test('without a rollback is the header', () => {
  expect(historyCsv('staging', [])).toMatch(/^environment,rollback_id,.*,cause\r\n$/);
});

test('quotes and line ends stay inside of their cell', () => {
  expect(historyCsv('staging', [{ ...summary, operator: 'a "b"\nc' }])).toContain(',"a ""b""\nc",');
});

describe('a spreadsheet runs no cell as a formula:', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@SUM(A1)', "'@SUM(A1)"],
    ['\t=1', "'\t=1"],
    ['\r=1', `"'\r=1"`],
    ['=HYPERLINK("x")', `"'=HYPERLINK(""x"")"`],
  ])('%j', (operator, cell) => {
    expect(historyCsv('staging', [{ ...summary, operator }])).toContain(`,,${cell},`);
  });
});
