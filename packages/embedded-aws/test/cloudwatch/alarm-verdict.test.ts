import { describe, expect, test } from 'vitest';
import { type Criteria, verdict } from '../../src/cloudwatch/alarm-verdict.ts';

type Treatment = Criteria['treatMissingData'];
const treatments: readonly Treatment[] = ['missing', 'ignore', 'breaching', 'notBreaching'];

/** Parses datapoints as the guide draws them, the newest on the right: 0 is not breaching, X breaches, - is missing. */
const range = (drawn: string) =>
  drawn
    .split(' ')
    .map((sign, index) => ({ start: index * 60_000, value: { '0': 0, X: 1 }[sign] }))
    .reverse();

const state = (drawn: string, [datapointsToAlarm, evaluationPeriods]: [number, number], treatMissingData: Treatment) =>
  verdict(range(drawn), { evaluationPeriods, datapointsToAlarm, treatMissingData, breaches: (value) => value > 0 })
    ?.value ?? 'unchanged';

/** The tables of the CloudWatch guide, "How alarm state is evaluated when data is missing". */
describe('3 of 3 datapoints, 5 in the evaluation range', () => {
  test.each([
    ['0 - X - X', 'OK', 'OK', 'OK', 'OK'],
    ['0 - - - -', 'OK', 'OK', 'OK', 'OK'],
    ['- - - - -', 'INSUFFICIENT_DATA', 'unchanged', 'ALARM', 'OK'],
    ['0 X X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['- - X - -', 'ALARM', 'unchanged', 'ALARM', 'OK'],
  ])('%s is %s (missing), %s (ignore), %s (breaching), %s (notBreaching)', (drawn, ...states) => {
    expect(treatments.map((treatment) => state(drawn, [3, 3], treatment))).toEqual(states);
  });
});

describe('2 of 3 datapoints, 5 in the evaluation range', () => {
  test.each([
    ['0 - X - X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 0 X 0 X', 'ALARM', 'ALARM', 'ALARM', 'ALARM'],
    ['0 - X - -', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - - 0', 'OK', 'OK', 'ALARM', 'OK'],
    ['- - - X -', 'ALARM', 'unchanged', 'ALARM', 'OK'],
  ])('%s is %s (missing), %s (ignore), %s (breaching), %s (notBreaching)', (drawn, ...states) => {
    expect(treatments.map((treatment) => state(drawn, [2, 3], treatment))).toEqual(states);
  });
});

describe('a last row of both tables until June 2019', () => {
  test.each([
    [3, 3],
    [2, 3],
  ])(
    '%i of %i: - - - - X is INSUFFICIENT_DATA (missing), unchanged (ignore), ALARM (breaching), OK (notBreaching)',
    (...criteria) => {
      expect(treatments.map((treatment) => state('- - - - X', criteria, treatment))).toEqual([
        'INSUFFICIENT_DATA',
        'unchanged',
        'ALARM',
        'OK',
      ]);
    },
  );
});

describe('the premature alarm state, 3 of 3, missing data as missing', () => {
  test.each([
    ['- - - - X', 'INSUFFICIENT_DATA'],
    ['- - - X -', 'INSUFFICIENT_DATA'],
    ['- - - X X', 'INSUFFICIENT_DATA'],
    ['- - X - -', 'ALARM'],
    ['- X - - -', 'ALARM'],
    ['- - X - 0', 'OK'],
    ['- - - X 0', 'OK'],
    ['- - X X -', 'ALARM'],
  ])('%s is %s', (drawn, expected) => {
    expect(state(drawn, [3, 3], 'missing')).toBe(expected);
  });
});

describe('M of N with all data', () => {
  test.each([
    [1, 1, '0 0 X', 'ALARM'],
    [1, 1, 'X X 0', 'OK'],
    [1, 3, 'X 0 0', 'ALARM'],
    [1, 3, 'X 0 0 0', 'OK'],
    [2, 3, 'X 0 X', 'ALARM'],
    [2, 3, 'X X 0 0', 'OK'],
    [3, 5, 'X 0 X 0 X', 'ALARM'],
    [3, 3, 'X X 0 X X', 'OK'],
  ])('%i of %i: %s is %s', (datapoints, periods, drawn, expected) => {
    for (const treatment of treatments) expect(state(drawn, [datapoints, periods], treatment)).toBe(expected);
  });
});
