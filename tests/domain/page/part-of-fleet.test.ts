import { expect, test } from 'vitest';
import type { RollbackEvent } from '../../../domain/history/event.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { incidentPage } from '../../../domain/page/incident-page.ts';
import { partOfFleet, partWords } from '../../../domain/page/part-of-fleet.ts';
import { at, chainOf, factsOf, type Listed, rolledBack } from './an-incident.ts';

/** The events of a rollback that ended well, with `opened` and `frozen` in its opening and its frozen hosts, and more events after those. */
function withPart(opened: object, frozen: object, ...more: readonly Listed[]): RollbackEvent[] {
  const events = rolledBack({ hosts: 1 }).map(({ type, detail, at: when }): Listed => {
    const added = type === 'Rollback opened' ? opened : type === 'Hosts frozen' ? frozen : {};
    return [(Date.parse(when) - Date.parse(at(0))) / 1000, type, { ...detail, ...added }];
  });
  return chainOf(...events.slice(0, 3), ...more, ...events.slice(3));
}

const byHand = { alarm: null, operator: 'bo', only_hosts: ['i-3'] };
const narrowed: Listed = [
  0,
  'Narrowed to ill hosts',
  { hosts: 1, left_alone: 7, names: ['host-3'], only_hosts: ['host-3'] },
];
const noMore: readonly Listed[] = [];

test.each([
  ['the whole fleet', {}, {}, noMore, null],
  [
    'the hosts that a person named, by their names',
    byHand,
    { names: ['host-3'], hosts_not_named: 7 },
    noMore,
    "It was only about host-3, as bo asked. The fleet's 7 other hosts were left as they were.",
  ],
  [
    'one of two hosts, by a person without a name',
    { ...byHand, operator: null },
    { names: ['host-3'], hosts_not_named: 1 },
    noMore,
    "It was only about host-3, as the person who started it asked. The fleet's 1 other host was left as it was.",
  ],
  [
    'a part in a history without the number of other hosts',
    byHand,
    { names: ['host-3'] },
    noMore,
    "It was only about host-3, as bo asked. The fleet's other hosts were left as they were.",
  ],
  [
    'every host by name',
    byHand,
    { names: ['host-3'], hosts_not_named: 0 },
    noMore,
    'It was only about host-3, as bo asked.',
  ],
  [
    'the few ill hosts of an alarm',
    {},
    { names: ['host-1', 'host-3'] },
    [narrowed],
    "It was only about host-3, because few hosts were ill. The fleet's 7 other hosts were left as they were.",
  ],
] as const)('a rollback of %s', (_, opened, frozen, more, says) => {
  const events = withPart(opened, frozen, ...more);
  const record = recordOf(events);
  const part = partOfFleet(record, events);
  expect(part === null ? null : partWords(part, record)).toBe(says);
});

test('the first screen names the only host that went back, and says that the fleet did not', () => {
  const html = incidentPage(factsOf(withPart(byHand, { names: ['host-3'], hosts_not_named: 7 })));
  expect(html).toContain('Only host-3 was rolled back, not the whole fleet. At its end it had done every step');
  expect(html).toContain('<p>host-3 went back from v1.4.0');
  expect(html).not.toContain('1 of 1 host went back');
});
