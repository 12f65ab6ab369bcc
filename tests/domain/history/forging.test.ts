import { describe, expect, test } from 'vitest';
import { chained, endOf, type RollbackEvent } from '../../../domain/history/event.ts';
import { type ExportedRollback, exportText, readExportText } from '../../../domain/history/export.ts';
import { type Link, type LinkContent, linked, monthEndAfter } from '../../../domain/history/link.ts';
import { recordOf } from '../../../domain/history/record.ts';
import { facetAttribute, facets, hostIndexAttributes, indexAttributes } from '../../../domain/history/record-index.ts';
import { verifyHistory } from '../../../domain/history/verify-history.ts';
import { hostKey, recordKey } from '../../../domain/tables.ts';
import {
  chainedMonths,
  eventsOf,
  type HeldRollback,
  held,
  now,
  rebuilt,
  reports,
  type SmallHistory,
  smallHistory,
  sourceOf,
  verified,
} from './small-history.ts';

/** Returns the sentences of all breaks after a forging, the first break first. */
async function breaks(forge: (history: SmallHistory) => void): Promise<string[]> {
  const history = smallHistory();
  forge(history);
  return (await verified(history)).findings.map(({ says }) => says);
}
const onB = (change: (b: HeldRollback) => void) => (history: SmallHistory) => {
  const b = history.rollbacks.get('b');
  if (b) change(b);
};

/** Chains events again with new hashes: what somebody does who knows the format. */
function rechained(events: readonly RollbackEvent[], rollback = 'b'): RollbackEvent[] {
  const made: RollbackEvent[] = [];
  for (const { id, type, at, detail } of events) {
    const seal = type === 'Sealed' ? { ...detail, ...endOf(made) } : detail;
    made.push(chained(rollback, endOf(made), { id, type, at, detail: seal }));
  }
  return made;
}
/** Stores events with the RECORD and the index attributes that follow from them. */
function store(one: HeldRollback, events: RollbackEvent[]): void {
  one.events = events;
  if (events[0]?.type === 'Rollback opened') {
    one.record = recordOf(events);
    one.index = indexAttributes(one.record);
  }
}

const positions = eventsOf('b', '11-21').map(({ type, sequence }) => [sequence, type] as const);
const edited = (event: RollbackEvent): RollbackEvent => ({ ...event, detail: { ...event.detail, forged: true } });
const forged = (sequence: number): RollbackEvent => ({
  ...chained(
    'b',
    { count: sequence - 1, head: '0'.repeat(64) },
    {
      id: 'forged',
      type: 'Message sent',
      at: '2026-11-21T10:00:00.000Z',
      detail: { message: 'rollback-complete' },
    },
  ),
});

/** Every way in which somebody may treat event number `n`, from 1. */
const eventForgings: Readonly<Record<string, (events: RollbackEvent[], n: number) => RollbackEvent[]>> = {
  changed: (events, n) => events.with(n - 1, edited(events[n - 1] as RollbackEvent)),
  deleted: (events, n) => events.toSpliced(n - 1, 1),
  'preceded by another': (events, n) => events.toSpliced(n - 1, 0, forged(n)),
  'exchanged with its neighbour': (events, n) => {
    const first = n === events.length ? n - 2 : n - 1;
    return events.toSpliced(first, 2, events[first + 1] as RollbackEvent, events[first] as RollbackEvent);
  },
  'moved from another rollback': (events, n) =>
    events.with(n - 1, { ...(events[n - 1] as RollbackEvent), rollback: 'a' }),
  'the first that is cut off': (events, n) => events.slice(0, n - 1),
};

describe.each(Object.entries(eventForgings))('an event that is %s', (_, forge) => {
  test.each(positions)('is found in rollback b at event %i, %s', async (n) => {
    const found = await breaks(
      onB((b) => {
        b.events = forge(b.events, n);
      }),
    );
    expect(found[0]).toMatch(/^(CHANGED|DELETED|RENAMED): .*\bb\b/);
  });
});

// An event that was moved becomes one of b again with new hashes.
const { 'moved from another rollback': _, ...contentForgings } = eventForgings;

describe.each(Object.entries(contentForgings))('an event that is %s', (_, forge) => {
  test.each(positions)('is found at event %i, %s, if all hashes, RECORD and index are made again', async (n) => {
    const found = await breaks(onB((b) => store(b, rechained(forge(b.events, n)))));
    expect(found[0]).toMatch(/^(CHANGED|DELETED): .*\bb\b/);
  });
});

test('events that make no RECORD any more are found, and do not end the verification', async () => {
  const cut = (b: HeldRollback) => {
    b.events = rechained(b.events.map((one) => (one.type === 'Sealed' ? { ...one, type: 'Recovery confirmed' } : one)));
  };
  expect((await breaks(onB(cut)))[0]).toMatch(/^CHANGED: the events of b make no RECORD: /);
});

test('events behind the last seal are found, however far in the future they are', async () => {
  const add = (at: string) => (b: HeldRollback) => {
    const more = { id: 'f', type: 'Annotated', at, detail: { root_cause: 'nothing', by: 'x' } } as const;
    store(b, [...b.events, chained('b', endOf(b.events), more)]);
  };
  for (const at of ['2026-11-21T10:00:00.000Z', '2099-01-01T00:00:00.000Z'])
    expect(await breaks(onB(add(at)))).toEqual([
      'ADDED: events 14 to 14 of b follow its last seal, and no link confirms them',
    ]);
});

test('an event that is added at the end with a seal of its own is found, because no link confirms it', async () => {
  const add = (b: HeldRollback) => {
    const at = '2026-11-21T10:00:00.000Z';
    const more = chained('b', endOf(b.events), {
      id: 'f',
      type: 'Annotated',
      at,
      detail: { root_cause: 'nothing', by: 'x' },
    });
    const events = [...b.events, more];
    const seal = chained('b', endOf(events), {
      id: 's',
      type: 'Sealed',
      at,
      detail: { ...endOf(events), ending: null },
    });
    store(b, [...events, seal]);
  };
  expect(await breaks(onB(add))).toEqual([
    'ADDED: events 14 to 15 of b follow its last seal, and no link confirms them',
  ]);
});

describe('a RECORD', () => {
  const fields = Object.keys(recordOf(eventsOf('b', '11-21')));

  test.each(fields)('is found if its field %s is changed', async (field) => {
    const found = await breaks(
      onB((b) => {
        b.record = { ...b.record, [field]: 'forged' } as never;
      }),
    );
    expect(found[0]).toMatch(new RegExp(`^CHANGED: b: .*(${field}|event \\d+)`));
  });

  test.each(Object.keys(indexAttributes(recordOf(eventsOf('b', '11-21')))))(
    'is found if its index attribute %s is changed, which would hide it from queries',
    async (attribute) => {
      const found = await breaks(
        onB((b) => {
          b.index = { ...b.index, [attribute]: 'forged' };
        }),
      );
      expect(found[0]).toBe(`CHANGED: b: The RECORD's index does NOT match its events: ${attribute}`);
    },
  );

  describe('is found, whatever format it says that its index attributes have,', () => {
    const formats = [0, 2, -1, '1', null, undefined, {}];
    const forgedWith = async (format: unknown, index: (right: Record<string, unknown>) => Record<string, unknown>) =>
      breaks(
        onB((b) => {
          const right = b.index as Record<string, unknown>;
          b.index = { ...index(right), summary: { ...(right['summary'] as object), format } };
        }),
      );
    const says = expect.stringMatching(/^CHANGED: b: The RECORD's index does NOT match its events: /);

    test.each(formats)('if only the format is changed: %j', async (format) => {
      expect(await forgedWith(format, (right) => right)).toEqual([says]);
    });
    test.each(formats)('if it names another person: %j', async (format) => {
      expect(await forgedWith(format, (right) => ({ ...right, by_operator: 'eve' }))).toEqual([says]);
    });
    test.each(formats)('if no index has it any more: %j', async (format) => {
      expect(await forgedWith(format, () => ({}))).toEqual([says]);
    });
  });

  test('is found if it has a further field', async () => {
    const found = await breaks(
      onB((b) => {
        b.record = { ...b.record, approved_by: 'mallory' } as never;
      }),
    );
    expect(found[0]).toMatch(/^CHANGED: b: The RECORD has fields that no event makes: approved_by/);
  });

  test('is found if it is deleted', async () => {
    expect(
      await breaks(
        onB((b) => {
          b.record = undefined;
          b.index = {};
        }),
      ),
    ).toEqual(['DELETED: the history holds 13 events of b, and no RECORD']);
  });
});

describe('host reports are found that', () => {
  const first = (b: HeldRollback) => b.hosts[0] as HeldRollback['hosts'][number];
  const says = 'CHANGED: b: Host reports do NOT match their events: clear-cache';

  test.each(['verdict', 'reason', 'report', 'command_id', 'name', 'instance_id', 'answered'])(
    'differ in %s',
    async (field) => {
      const change = (b: HeldRollback) => {
        b.hosts = [{ ...first(b), [field]: 'forged' }, ...b.hosts.slice(1)];
      };
      expect(await breaks(onB(change))).toEqual([says]);
    },
  );
  test.each([0, 1])('are deleted, at place %i', async (i) => {
    expect(
      await breaks(
        onB((b) => {
          b.hosts = b.hosts.toSpliced(i, 1);
        }),
      ),
    ).toEqual([says]);
  });
  test('are added for a host', async () => {
    expect(
      await breaks(
        onB((b) => {
          b.hosts.push({ ...first(b), instance_id: 'i-9', name: 'host-9' });
        }),
      ),
    ).toEqual([says]);
  });
  test('are added for a step that never ran', async () => {
    expect(
      await breaks(
        onB((b) => {
          b.hosts.push({ ...first(b), step: 'format-disk' });
        }),
      ),
    ).toEqual(['ADDED: b has host reports on format-disk, a step that no event names']);
  });
  test('are filed under another step', async () => {
    expect(
      (
        await breaks(
          onB((b) => {
            b.hosts[0] = { ...first(b), step: 'format-disk' };
          }),
        )
      )[0],
    ).toBe(says);
  });
});

describe('a rollback', () => {
  test('that is deleted without a trace is found', async () => {
    expect((await breaks(({ rollbacks }) => rollbacks.delete('b')))[0]).toBe(
      'DELETED: the history does not hold b, which was opened in 2026-11',
    );
  });
  test('that is invented is found', async () => {
    expect(await breaks(({ rollbacks }) => rollbacks.set('x', held(eventsOf('x', '11-22'))))).toEqual([
      'INVENTED: the history holds x, and no link names it',
    ]);
  });
  test('that has another id is found under both', async () => {
    const found = await breaks(({ rollbacks }) => {
      const b = rollbacks.get('b') as HeldRollback;
      rollbacks.delete('b');
      rollbacks.set('x', b);
    });
    expect(found).toEqual([
      'DELETED: the history does not hold b, which was opened in 2026-11',
      'RENAMED: event 1 of x is one of b',
      'INVENTED: the history holds x, and no link names it',
    ]);
  });
  test('that is a RECORD copied under an invented id is found as invented', async () => {
    const copy = ({ rollbacks }: SmallHistory) => {
      const b = rollbacks.get('b') as HeldRollback;
      rollbacks.set('copy-1', { ...b, events: [], hosts: [] });
    };
    expect(await breaks(copy)).toEqual([
      'INVENTED: the history holds items of copy-1, and no event, link or export names it',
    ]);
  });
  test('that lost all its events is found as deleted', async () => {
    const lose = (b: HeldRollback) => {
      b.events = [];
    };
    expect((await breaks(onB(lose)))[0]).toBe(
      'DELETED: the history holds items of b, and none of its events; it was opened in 2026-11',
    );
  });
  test('whose execution Step Functions never had is found', async () => {
    const found = await breaks(({ rollbacks }) => {
      (rollbacks.get('c') as HeldRollback).execution = { state: 'gone' };
    });
    expect(found[0]).toMatch(/^INVENTED: Step Functions has no execution c/);
  });
  test('that succeeded, and whose history says that it needs a person, is found', async () => {
    const found = await breaks(
      onB((b) => {
        b.execution = { ...b.execution, status: 'SUCCEEDED' } as never;
      }),
    );
    expect(found).toEqual(['CHANGED: the execution of b SUCCEEDED, but its history says "Needs a person"']);
  });
});

const recordOfB = recordOf(eventsOf('b', '11-21'));
const copied = { ...indexAttributes(recordOfB), by_principal: 'arn:p', by_version: 'v1' };
const { started, summary } = copied as Record<string, unknown>;

const adding = (item: Record<string, unknown>) => (history: SmallHistory) => {
  history.items = [item];
};

describe('a copy of a RECORD that only one index shows is found by its key', () => {
  test.each(facets.filter((facet) => !['host', 'principal', 'version'].includes(facet)))('in by-%s', async (facet) => {
    const name = facetAttribute(facet);
    const copy = { pk: 'FOO#1', sk: 'x', [name]: (copied as Record<string, unknown>)[name], started, summary };
    expect(await breaks(adding(copy))).toEqual([
      'ADDED: pk "FOO#1", sk "x" is no RECORD of this product, and queries find it as b',
    ]);
  });
  test('in by-host, under a host that has reports of a rollback', async () => {
    const copy = { pk: 'FOO#1', sk: 'x', by_host: 'i-host-1', started };
    const found = await breaks((history) => {
      const b = history.rollbacks.get('b') as HeldRollback;
      b.hostItems = reports.map(({ step, instance_id, ...rest }) => ({
        ...{ ...hostKey('b', step, instance_id), rollback: 'b', step, instance_id, ...rest },
        ...hostIndexAttributes(instance_id, 'b', step, recordOfB.start_time),
      }));
      history.items = [copy];
    });
    expect(found).toEqual(['ADDED: pk "FOO#1", sk "x" is no RECORD of this product, and queries find it as one']);
  });
  test('in all indexes, once', async () => {
    const found = await breaks(adding({ pk: 'FOO#1', sk: 'x', ...copied }));
    expect(found).toEqual(['ADDED: pk "FOO#1", sk "x" is no RECORD of this product, and queries find it as b']);
  });
  test('as a RECORD of a rollback that never was', async () => {
    const copy = { ...recordKey('x'), by_severity: 'HIGH', started, summary };
    expect((await breaks(adding(copy)))[0]).toMatch(/^UNKNOWN: .*names x/);
  });
});

test('every item that no reader understands is found by its key, beside other findings', async () => {
  const strange = [
    { pk: 'EVENT#b', sk: '00000000' },
    { pk: 'RECORD#b', sk: 'RECORD2' },
  ];
  const found = await breaks(
    onB((b) => {
      b.strange = strange;
      b.hosts = [];
    }),
  );
  expect(found).toEqual([
    'CHANGED: b: Host reports do NOT match their events: clear-cache',
    'ADDED: pk "EVENT#b", sk "00000000" is no item of this product. Find out who wrote it',
    'ADDED: pk "RECORD#b", sk "RECORD2" is no item of this product. Find out who wrote it',
  ]);
});

const november = [...(smallHistory().months.get('2026-11') ?? [])];
const linkPlaces = november.map(({ kind, sequence }) => [sequence, kind] as const);
const contentOf = ({ month: _, sequence: __, at: ___, previous_hash: ____, hash: _____, ...content }: Link) =>
  content as LinkContent;

const openContents = (links: readonly Link[]) => links.map(contentOf).filter(({ kind }) => kind !== 'month closed');

const linkForgings: Readonly<Record<string, (links: Link[], n: number) => Link[]>> = {
  changed: (links, n) => links.with(n - 1, { ...(links[n - 1] as Link), at: '2020-01-01T00:00:00.000Z' }),
  deleted: (links, n) => links.toSpliced(n - 1, 1),
  'followed by another': (links, n) => links.toSpliced(n, 0, { ...(links[0] as Link), sequence: n + 1 }),
  'exchanged with its neighbour': (links, n) => {
    const first = n === links.length ? n - 2 : n - 1;
    return links.toSpliced(first, 2, links[first + 1] as Link, links[first] as Link);
  },
  renamed: (links, n) => links.with(n - 1, { ...(links[n - 1] as Link), rollback: 'x' } as Link),
  'the first that is cut off': (links, n) => links.slice(0, n - 1),
};

describe.each(Object.entries(linkForgings))('a link that is %s', (_, forge) => {
  test.each(linkPlaces)('is found at place %i, %s', async (n) => {
    const found = await breaks(({ months }) => months.set('2026-11', forge(november, n)));
    expect(found[0]).toMatch(/^(BROKEN|CHANGED|DELETED): .*2026-11/);
  });
});

/** Every forging of November that is not undone by chaining the links again, with a closing link at the end. */
const chainedAgain = Object.entries(linkForgings).flatMap(([name, forge]) =>
  linkPlaces
    .map(([n, kind]) => ({ name, n, kind, contents: openContents(forge(november, n)) }))
    .filter(({ contents }) => JSON.stringify(contents) !== JSON.stringify(openContents(november))),
);

test.each(chainedAgain)(
  'a $kind link $n that is $name is found if all links are chained again',
  async ({ contents }) => {
    const found = await breaks((history) => {
      const all = new Map([...history.months].map(([month, links]) => [month, links.map(contentOf)]));
      all.set('2026-11', [...contents, { kind: 'month closed' }]);
      history.months = chainedMonths(all);
    });
    expect(found[0]).toMatch(/^(CHANGED|DELETED): .*2026-11/);
  },
);

test('a month of links that is deleted is found', async () => {
  const found = await breaks(({ months }) => months.delete('2026-12'));
  expect(found[0]).toBe('DELETED: the export holds links of 2026-12, and the history none');
});

describe('a month of links that the list of months does not name is found', () => {
  const inventing = async (month: string, without: readonly string[] = []) => {
    const copied = { ...(november[0] as Link), month };
    return breaks((history) => {
      for (const one of without) history.months.delete(one);
      history.unlisted = new Map([[month, [copied]]]);
    });
  };
  const says = (month: string) =>
    `INVENTED: the history holds links of ${month}, a month that its list of months does not name`;

  test.each(['2026-10', '2025-12', '2024-11', '2027-01'])('%s', async (month) => {
    expect(await inventing(month)).toEqual([says(month)]);
  });
  test('in a gap between two months', async () => {
    const gap = '2026-12';
    const history = smallHistory();
    const [first = [], second = []] = [...history.months.values()].map((links) => links.map(contentOf));
    history.months = chainedMonths(
      new Map([
        ['2026-11', first.map((one) => (one.kind === 'month closed' ? { ...one, next: '2027-01' } : one))],
        ['2027-01', second],
      ]),
    );
    history.unlisted = new Map([[gap, [november[0] as Link]]]);
    expect((await verified(history)).findings.map((one) => one.says)).toContain(says(gap));
  });
  test('if the history has no other links', async () => {
    expect(await inventing('2026-10', ['2026-11', '2026-12'])).toContain(says('2026-10'));
  });
  test('no further back than 24 months before the first', async () => {
    expect(await inventing('2024-10')).toEqual([]);
  });
  test('only by --all', async () => {
    const history = smallHistory();
    history.unlisted = new Map([['2026-10', november]]);
    expect((await verified(history, 'b')).breaks).toBe(0);
  });
});

describe('the item that names the month of the first link is found if it is', () => {
  const withFirst = (...first: NonNullable<SmallHistory['first']>) =>
    breaks((history) => {
      history.first = first;
    });
  const own = { sk: '00000001', content: { month: '2026-11' } };
  const differs = (month: string) => `CHANGED: the item CHAIN#first names ${month}, and the first links are of 2026-11`;

  test('deleted', async () => {
    expect(await withFirst()).toEqual([expect.stringMatching(/^DELETED: the item CHAIN#first, /)]);
  });
  test.each(['2026-10', '2026-12', 'x', ''])('changed to %j', async (month) => {
    expect(await withFirst({ ...own, content: { month } })).toEqual([differs(month)]);
  });
  test('without a month', async () => {
    expect(await withFirst({ ...own, content: {} })).toEqual([differs('undefined')]);
  });
  test('extended', async () => {
    expect(await withFirst({ ...own, content: { month: '2026-11', x: 1 } })).toEqual([
      'CHANGED: the item CHAIN#first has attributes of its own: x',
    ]);
  });
  test('not the only one', async () => {
    expect(await withFirst(own, { ...own, sk: '00000002' })).toEqual([
      'ADDED: pk "CHAIN#first", sk "00000002" is no item of this product. Find out who wrote it',
    ]);
  });
});

describe('a month without links in the list of months', () => {
  const withEmpty = (month: string, close = false) =>
    breaks((history) => {
      history.empty = [month];
      if (!close) return;
      const { months } = history;
      const december = months.get('2026-12') ?? [];
      const last = monthEndAfter(december.at(-1) as Link);
      months.set('2026-12', [
        ...december,
        linked(last, { kind: 'month closed', next: '2027-02' }, { at: new Date(now).toISOString() }),
      ]);
    });
  const says = (month: string) => [
    `EMPTY: the list of months names ${month}, which has no link. Links were deleted, or the entry invented`,
  ];

  test.each(['2026-08', '2026-11-x', '2027-01', 'first'])('is found: %s', async (month) => {
    expect(await withEmpty(month)).toEqual(says(month));
  });
  test('is no finding if the newest closing link names it: its first writer was stopped', async () => {
    expect(await withEmpty('2027-02', true)).toEqual([]);
    expect(await withEmpty('2027-01', true)).toEqual(says('2027-01'));
  });
});

test('a month that began during the verification is no finding', async () => {
  const history = smallHistory();
  const source = sourceOf(history);
  let reads = 0;
  const months = async () => (await source.months()).concat(reads++ < 2 ? [] : ['2027-01']);
  const hasLinks = async (month: string) => month === '2027-01';
  const options = { now, progress: () => {}, stopped: () => false };
  expect((await verifyHistory({ ...source, months, hasLinks }, options)).findings).toEqual([]);
});

const exportKeys = [...smallHistory().exports.keys()];

describe('an exported object', () => {
  test.each(exportKeys)('that is deleted is found: %s', async (key) => {
    expect((await breaks(({ exports }) => exports.delete(key)))[0]).toMatch(
      /^(DELETED: the export of [abc]|NOT EXPORTED: link)/,
    );
  });
  test.each(exportKeys)('with a second version is found: %s', async (key) => {
    expect(await breaks(({ exports }) => exports.get(key)?.push('{}'))).toEqual([
      `CHANGED: the export ${key} has a second version`,
    ]);
  });
  test.each(exportKeys)('with a delete marker is found: %s', async (key) => {
    expect((await breaks(({ exports }) => exports.get(key)?.push(null)))[0]).toBe(
      `DELETED: the export ${key} has a delete marker`,
    );
  });
  test('that is no export of this product is found', async () => {
    expect(await breaks(({ exports }) => exports.set('rollbacks/x.json', ['{}']))).toEqual([
      'ADDED: the export holds rollbacks/x.json, which this product does not write',
    ]);
  });
  test('of a rollback that never was is found', async () => {
    const key = `rollbacks/2026-11/x/00000003-${'a'.repeat(64)}.json`;
    expect((await breaks(({ exports }) => exports.set(key, ['{}'])))[0]).toBe(
      'DELETED: the history does not hold x, which was exported',
    );
  });
  test('is missed for a link whose time is in the future', async () => {
    const last = smallHistory().months.get('2026-12')?.at(-1) as Link;
    const found = await breaks((history) => {
      const { month, sequence: _, at: __, previous_hash: ___, hash: ____, ...content } = last;
      const future = linked(monthEndAfter(last), content as LinkContent, { at: '2099-01-01T00:00:00.000Z' });
      history.months.set(month, [...(history.months.get(month) ?? []), future]);
    });
    expect(found).toEqual(['NOT EXPORTED: link 5 of 2026-12 is in no object of the export']);
  });
  test('that is renamed is found under both names', async () => {
    const key = exportKeys.find((one) => one.startsWith('rollbacks/2026-11/b/')) ?? '';
    const found = await breaks(({ exports }) => {
      exports.set(key.replace('/b/', '/x/'), exports.get(key) ?? []);
      exports.delete(key);
    });
    expect(found).toEqual([
      expect.stringMatching(/^DELETED: the export of b at event 9/),
      'DELETED: the history does not hold x, which was exported',
    ]);
  });
});

describe('one rollback, verified alone, is compared with the content of its exported objects:', () => {
  const keyOfB = exportKeys.find((one) => one.startsWith('rollbacks/2026-11/b/')) ?? '';
  const alone = async (text: (before: string) => string) => {
    const history = smallHistory();
    history.exports.set(keyOfB, [text(history.exports.get(keyOfB)?.[0] ?? '')]);
    return (await verified(history, 'b')).findings[0]?.says;
  };

  test.each<[string, (before: string) => string, RegExp]>([
    [
      'a byte is changed',
      (text) => text.replace('bad fills', 'bad falls'),
      /was changed: its hash is not that of its content/,
    ],
    ['it is cut off', (text) => text.slice(0, -40), /is not JSON: it was cut off or changed/],
    ['another format', (text) => text.replace('"format":1', '"format":2'), /has format 2; this version reads 1/],
    [
      'it holds another rollback',
      () => smallHistory().exports.get(exportKeys.find((one) => one.includes('/a/')) ?? '')?.[0] ?? '',
      /^RENAMED: .*another seal than its name says/,
    ],
    [
      'an event is changed and its hash made again',
      (text) => {
        const content = readExportText<ExportedRollback>(text);
        return exportText({ ...content, events: content.events.map(edited) });
      },
      /^CHANGED: b: BROKEN at event 1/,
    ],
    [
      'an event is changed and the RECORD is taken out, so that no RECORD is compared',
      (text) => {
        const { events, ...content } = readExportText<ExportedRollback>(text);
        return exportText({ ...content, record: null, events: events.with(0, edited(events[0] as RollbackEvent)) });
      },
      /^CHANGED: the export rollbacks.* holds no RECORD/,
    ],
  ])('%s', async (_, change, says) => expect(await alone(change)).toMatch(says));
});

describe('a complete rewrite: rollback b with new events, hashes, RECORD, host reports and links', () => {
  /** Another answer, by another person, in an event that the witness covers too. */
  const rewritten = (witness: 'kept' | 'deleted', exported: 'kept' | 'rewritten') => {
    const history = smallHistory();
    const b = history.rollbacks.get('b') as HeldRollback;
    const events = rechained(
      b.events.map((event) =>
        event.type === 'Answer given' ? { ...event, detail: { ...event.detail, operator: 'mallory' } } : event,
      ),
    );
    history.rollbacks.set('b', { ...held(events), execution: witness === 'kept' ? b.execution : { state: 'gone' } });
    const { months, exports } = rebuilt(history.rollbacks);
    return { ...history, months, exports: exported === 'kept' ? history.exports : exports };
  };

  test('is found by the export', async () => {
    const { findings } = await verified(rewritten('deleted', 'kept'));
    const says = findings.map((one) => one.says);
    expect(says[0]).toMatch(
      /^CHANGED: event 3 of b \(Answer given\) is the first that differs from the exported one \(/,
    );
    expect(says.filter((one) => one.startsWith('DELETED'))).toEqual([]);
    expect(says).toContain('CHANGED: event 9 of b is another one (exported)');
    expect(says).toContain('CHANGED: link 9 of 2026-11 is not the exported one');
  });
  test('is found by the execution while Step Functions keeps it', async () => {
    const { findings } = await verified(rewritten('kept', 'rewritten'));
    expect(findings[0]?.says).toBe(
      "CHANGED: b: BROKEN: event 9 is missing, or differs from the execution's own history",
    );
  });
  test('is found if the rollback was deleted from links and history, while Step Functions keeps its execution', async () => {
    const history = smallHistory();
    history.rollbacks.delete('b');
    const { months, exports } = rebuilt(history.rollbacks);
    expect((await verified({ ...history, months, exports })).findings.map(({ says }) => says)).toEqual([
      'DELETED: the execution b wrote 9 events, and the history holds none',
    ]);
  });
  test('is not found if the execution is deleted and the export was rewritten too, which Object Lock prevents', async () => {
    expect((await verified(rewritten('deleted', 'rewritten'))).breaks).toBe(0);
  });
});
