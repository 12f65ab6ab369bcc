import { describe, expect, test } from 'vitest';
import { doubtsAboutSilence, isSilence, type SecondWitness } from '../../../domain/alarm/silence.ts';

const filled = 'missing datapoints were treated as [Breaching].';
const at = (seconds: number) => Date.parse('2026-03-02T09:00:00.000Z') + seconds * 1000;
const red = (reason: string, reason_data: string | null = null) => isSilence({ state: 'ALARM', reason, reason_data });

describe('an alarm is silent', () => {
  test.each([
    ['without data', `Threshold Crossed: no datapoints were received for 3 periods and 3 ${filled}`],
    [
      'with a datapoint that did not breach',
      `Threshold Crossed: 1 datapoint was received for 3 periods and 2 ${filled}`,
    ],
    [
      'with one missing datapoint',
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [Breaching].',
    ],
  ])('%s', (_, reason) => {
    expect(red(reason)).toBe(true);
  });

  test("by its reason's numbers, if CloudWatch's sentence is another one", () => {
    expect(red('No data.', '{"version":"1.0","period":10,"recentDatapoints":[],"threshold":1.0}')).toBe(true);
  });

  test('in the state INSUFFICIENT_DATA, whatever the reason is', () => {
    expect(isSilence({ state: 'INSUFFICIENT_DATA', reason: '', reason_data: null })).toBe(true);
  });
});

describe('an alarm is not silent', () => {
  test.each([
    [
      'if every datapoint breached',
      'Threshold Crossed: 2 datapoints [5.0 (02/03/26 08:59:50), 5.0 (02/03/26 08:59:40)] were greater than or equal to the threshold (1.0).',
    ],
    [
      'if one datapoint breached and others are missing',
      `Threshold Crossed: 1 out of the last 3 datapoints [5.0 (02/03/26 08:59:50)] was greater than or equal to the threshold (1.0) and 2 ${filled}`,
    ],
    ['if a person set it', 'drill'],
    [
      'if missing data was treated as good',
      'Threshold Crossed: no datapoints were received for 1 period and 1 missing datapoint was treated as [NonBreaching].',
    ],
  ])('%s', (_, reason) => {
    expect(red(reason)).toBe(false);
  });
});

describe('the silence of phase 1 is doubted', () => {
  const fleet = (online: number, gone: number) => [
    ...Array.from({ length: online }, () => ({ online: true })),
    ...Array.from({ length: gone }, () => ({ online: false })),
  ];
  /** Phase 1 is silent since 30 s, phase 2 publishes, and half of the hosts are gone. */
  const alone: SecondWitness = {
    unevaluated: [],
    newest: new Map([
      [1, at(0)],
      [2, at(20)],
    ]),
    hosts: fleet(1, 1),
  };
  const doubts = (changes: Partial<SecondWitness> = {}) => doubtsAboutSilence(1, 10, { ...alone, ...changes });

  test('not, if another phase publishes and half of the hosts are gone', () => {
    expect(doubts()).toEqual([]);
  });

  test('if the other phases fell silent at the same time', () => {
    const newest = new Map([
      [1, at(0)],
      [2, at(10)],
      [3, at(-10)],
    ]);
    expect(doubts({ newest })).toEqual([
      'Phases 1, 2, 3 fell silent together: the metrics may be lost, and not the hosts.',
    ]);
  });

  test('not, if one of the other phases still publishes', () => {
    expect(
      doubts({
        newest: new Map([
          [1, at(0)],
          [2, at(0)],
          [3, at(20)],
        ]),
      }),
    ).toEqual([]);
  });

  test('not for a phase that is the only one', () => {
    expect(doubts({ newest: new Map([[1, at(0)]]) })).toEqual([]);
  });

  test('if CloudWatch cannot evaluate alarms', () => {
    expect(doubts({ unevaluated: ['a', 'b', 'c', 'd'] })).toEqual([
      'CloudWatch cannot evaluate a, b, c and 1 more (EVALUATION_FAILURE), so missing data proves nothing.',
    ]);
  });

  test('if Systems Manager sees every host online', () => {
    expect(doubts({ hosts: fleet(2, 0) })).toEqual([
      'No data arrives, but Systems Manager still sees every running host online (2).',
    ]);
  });

  test.each([
    [2, 1],
    [299, 1],
    [151, 149],
  ])('if %d hosts are online and %d are gone: hosts that are online would publish', (online, gone) => {
    expect(doubts({ hosts: fleet(online, gone) })).toEqual([
      `No data arrives, but Systems Manager still sees ${online} of ${online + gone} running hosts online.`,
    ]);
  });

  test.each([
    [1, 2],
    [150, 150],
    [0, 3],
  ])('not, if %d hosts are online and %d are gone', (online, gone) => {
    expect(doubts({ hosts: fleet(online, gone) })).toEqual([]);
  });

  test('not by a fleet without hosts', () => {
    expect(doubts({ hosts: [] })).toEqual([]);
  });
});
