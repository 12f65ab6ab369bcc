import { describe, expect, test } from 'vitest';
import type { BrakeEvent, BrakeEventType } from '../../../domain/history/brake-event.ts';
import { neverHalted, tradingNow, unhalted } from '../../../domain/history/trading-now.ts';

const at = (minute: number) => `2026-03-02T09:${String(minute).padStart(2, '0')}:00.000Z`;
const events = (...happened: readonly (readonly [BrakeEventType, object])[]) =>
  tradingNow(
    happened.map(
      ([type, detail], i) =>
        ({ type, at: at(i), detail: { operator: 'ana', reason: 'wrong prices', ...detail } }) as unknown as BrakeEvent,
    ),
  );
const fleet = (...names: readonly string[]) => names.map((name) => ({ name, instance_id: `i-${name}` }));
const halted = (detail: object = {}) =>
  ['Trading halted', { hosts: 3, confirmed: 3, not_confirmed: [], only: null, ...detail }] as const;
const resumed = (detail: object = {}) =>
  ['Trading resumed', { hosts: 3, confirmed: 3, not_confirmed: [], only: null, ...detail }] as const;

test('nothing is halted before the first halt', () => {
  expect(events()).toEqual({ halts: [], resumed_in_part: [], asked: [] });
});

test('a halt holds, with its person, its reason, and the hosts that may trade', () => {
  expect(events(halted({ confirmed: 2, not_confirmed: ['host-2'] })).halts).toEqual([
    {
      ...{ operator: 'ana', reason: 'wrong prices', at: at(0), failed: false },
      ...{ hosts: 3, confirmed: 2, not_confirmed: ['host-2'], only: null },
    },
  ]);
});

test('a halt that failed holds too: any host may trade', () => {
  expect(events(['Halt failed', { hosts: 0, confirmed: 0, only: null }]).halts).toMatchObject([{ failed: true }]);
});

describe('a halt is over', () => {
  test.each([
    ['once the whole fleet was resumed', halted(), resumed(), 0],
    [
      'once all of the hosts that it named were resumed',
      halted({ only: ['host-1'] }),
      resumed({ only: ['host-1', 'host-2'] }),
      0,
    ],
    ['not by a resume of some of the fleet', halted(), resumed({ only: ['host-1'] }), 1],
    ['not by a resume of other hosts', halted({ only: ['host-1', 'host-2'] }), resumed({ only: ['host-1'] }), 1],
    ['not by a resume that a host did not confirm', halted(), resumed({ not_confirmed: ['host-3'] }), 1],
    [
      'not by a resume of all its hosts of which one did not confirm',
      halted({ only: ['host-1', 'host-2'] }),
      resumed({ only: ['host-1', 'host-2'], not_confirmed: ['host-2'] }),
      1,
    ],
  ])('%s', (_, halt, resume, left) => {
    expect(events(halt, resume).halts).toHaveLength(left);
  });
});

test('a resume of some of the hosts is named beside the halt', () => {
  expect(events(halted(), resumed({ only: ['host-1'] })).resumed_in_part).toEqual([{ at: at(1), only: ['host-1'] }]);
});

test.each([
  ['counts until the next halt', [halted(), ['Resume asked', { operator: 'bo' }], halted()], []],
  [
    'counts until it is refused',
    [halted(), ['Resume asked', { operator: 'bo' }], ['Resume refused', { operator: 'bo' }]],
    [],
  ],
  ['is named while another person must ask', [halted(), ['Resume asked', { operator: 'bo' }]], ['bo']],
] as const)('a request to resume %s', (_, happened, asked) => {
  expect(events(...happened).asked.map(({ operator }) => operator)).toEqual(asked);
});

test('a host that never confirmed a halt and is free now is named: it trades alone', () => {
  const now = events(halted({ confirmed: 2, not_confirmed: ['host-2'] }));
  expect(neverHalted(now, fleet('host-2', 'host-3'))).toEqual([
    `host-2: it never confirmed the halt of ${at(0)}, so it may trade: halt again, or name the other hosts (--hosts)`,
  ]);
});

test('a halt is over once its hosts were resumed one after the other', () => {
  const some = [halted(), resumed({ only: ['host-1'] }), resumed({ only: ['host-2'] })] as const;
  expect(events(...some).halts).toHaveLength(1);
  expect(events(...some, resumed({ only: ['host-3'] }))).toEqual({ halts: [], resumed_in_part: [], asked: [] });
});

test('hosts that were resumed before the newest halt count as halted by it', () => {
  const now = events(halted(), resumed({ only: ['host-1'] }), halted(), resumed({ only: ['host-2', 'host-3'] }));
  expect(now.halts).toHaveLength(1);
});

describe('a host that did not confirm', () => {
  const first = halted({ confirmed: 2, not_confirmed: ['host-2'] });

  test.each([
    ['counts until a halt of the fleet that it confirmed', [halted()], []],
    ['counts until a halt of its own that it confirmed', [halted({ only: ['host-2'], hosts: 1, confirmed: 1 })], []],
    ['counts until it was resumed', [resumed({ only: ['host-2'] })], []],
    ['counts after a halt of other hosts', [halted({ only: ['host-1'], hosts: 1, confirmed: 1 })], ['host-2']],
    ['counts after a halt that failed', [['Halt failed', { hosts: 3, confirmed: 0, only: null }]], ['host-2']],
  ] as const)('%s', (_, later, names) => {
    expect([...unhalted(events(first, ...later), fleet('host-2')).keys()]).toEqual(names);
  });
});

describe('a halt that failed', () => {
  const failed = (only: readonly string[] | null = null) => ['Halt failed', { hosts: 0, confirmed: 0, only }] as const;
  const all = ['host-1', 'host-2', 'host-3'];

  test.each([
    ['counts for every host of the fleet', [failed()], all],
    ['counts for the hosts that it named, by name or id', [failed(['host-1', 'i-host-2'])], ['host-1', 'host-2']],
    ['counts for no host that an earlier halt holds', [halted(), failed()], []],
    [
      'counts for a host that an earlier halt did not reach',
      [halted({ not_confirmed: ['host-3'] }), failed()],
      ['host-3'],
    ],
    ['counts for a host that was resumed before it', [halted(), resumed({ only: ['host-1'] }), failed()], ['host-1']],
    ['counts for no host that was halted since', [failed(), halted({ only: ['host-1'] })], ['host-2', 'host-3']],
    ['counts for no host after a halt of the fleet', [failed(), halted()], []],
    ['counts for no host that was resumed since', [failed(), resumed({ only: ['host-1'] })], ['host-2', 'host-3']],
    ['counts for no host after a resume of the fleet', [failed(), resumed()], []],
  ] as const)('%s', (_, happened, names) => {
    expect([...unhalted(events(...happened), fleet(...all)).keys()]).toEqual(names);
  });
});

test('a halt that is recorded after a later resume does not hold again', () => {
  const detail = { operator: 'ana', reason: 'wrong prices', hosts: 3, confirmed: 3, not_confirmed: [], only: null };
  const late = [
    { type: 'Trading resumed', at: at(5), detail },
    { type: 'Trading halted', at: at(1), detail },
  ] as unknown as BrakeEvent[];
  expect(tradingNow(late).halts).toEqual([]);
});
