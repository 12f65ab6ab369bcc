import { describe, expect, test } from 'vitest';
import type { Gathered, Part } from '../../../domain/evidence/gathered.ts';
import { packFiles } from '../../../domain/evidence/pack-files.ts';
import { recordOf } from '../../../domain/history/record.ts';
import {
  actsAtOnce,
  chainOf,
  closed,
  closedForReview,
  frozen,
  opened,
  openedByAlarm,
  reviewed,
  type SampleEvent,
  sealed,
  started,
  taken,
  verified,
} from '../history/sample-events.ts';
import { inPython } from './python.ts';

const missing: Part<never> = { state: 'unavailable', why: 'not in this test' };
const gathered = (events: readonly SampleEvent[], more: Partial<Gathered> = {}): Gathered => {
  const chain = chainOf(...events);
  return {
    environment: 'test',
    events: chain,
    record: { state: 'complete', value: recordOf(chain) },
    hosts: missing,
    decisions: missing,
    scope: missing,
    links: missing,
    execution: missing,
    definition: missing,
    documents: {},
    history: { whole: true, says: 'whole' },
    ...more,
  };
};
const packed = (events: readonly SampleEvent[], more: Partial<Gathered> = {}) => {
  const { files } = packFiles(gathered(events, more), '# verify\n');
  return Object.fromEntries(files.map(({ path, content }) => [path, content]));
};
const pageOf = (events: readonly SampleEvent[], more: Partial<Gathered> = {}) =>
  packed(events, more)['index.html'] ?? '';
/** The page as text, without markup. */
const textOf = (...input: Parameters<typeof pageOf>) =>
  pageOf(...input)
    .replaceAll(/<style>.*<\/style>/gs, '')
    .replaceAll(/<[^>]+>/g, ' ')
    .replaceAll(/\s+/g, ' ');

const byHand: readonly SampleEvent[] = [opened, frozen, taken, started(1, '00:10'), closed, sealed];
const automatic: readonly SampleEvent[] = [openedByAlarm, actsAtOnce, taken, started(1, '00:10'), closedForReview];

test('the same rollback gives the same bytes', () => {
  expect(packed(byHand)).toEqual(packed(byHand));
});

test('a part that is missing has no file, and the pack says why', () => {
  const denied: Part<never> = { state: 'denied', why: 'ana may not' };
  const files = packed(byHand, { definition: denied });
  expect(Object.keys(files)).not.toContain('definition.asl.json');
  expect(JSON.parse(files['parts.json'] ?? '').parts).toContainEqual(
    expect.objectContaining({ part: 'definition', state: 'denied', why: 'ana may not' }),
  );
  expect(files['index.html']).toContain('INCOMPLETE: definition is missing: ana may not');
});

test.each([true, false])('the pack says whether the history was whole when it was made: %j', (whole) => {
  const history = { whole, says: 'as it was read' };
  expect(JSON.parse(packed(byHand, { history })['parts.json'] ?? '')).toMatchObject({
    history: 'as it was read',
    history_whole: whole,
  });
});

test('documents are checked by the pinned hash only if that is the hash of their text', () => {
  const pinned: SampleEvent = ['Hosts frozen', '00:01', { hosts: 1, documents: { d: { version: '1', hash: 'x' } } }];
  const documents: Gathered['documents'] = { d: { state: 'complete', value: '{}' } };
  const found = (events: readonly SampleEvent[]) => JSON.parse(packed(events, { documents })['parts.json'] ?? '');
  expect(found([opened, pinned]).documents_by).toBe('definition');
  const sha256 = '44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a'; // printf '{}' | sha256sum
  const right: SampleEvent = ['Hosts frozen', '00:01', { hosts: 1, documents: { d: { version: '1', hash: sha256 } } }];
  expect(found([opened, right]).documents_by).toBe('SHA-256 of the file');
});

test('a message whose text was not kept says so', () => {
  const sent: SampleEvent = ['Message sent', '00:03', { message: 'initial-alert', subject: 'Alert', message_id: 'm' }];
  expect(textOf([...byHand, sent])).toContain(
    'The text was not kept: an older version of the product sent this message.',
  );
});

describe('the page answers', () => {
  test('who made and who approved a rollback that a person started', () => {
    const text = textOf([...byHand, verified('arn:x:r-1', 'arn:aws:iam::1:user/ana')]);
    expect(text).toContain(
      'A person started it. Claimed name: ana. Verified principal of the start: arn:aws:iam::1:user/ana.',
    );
    expect(text).toContain('The person who started it decided; no other person approved it before.');
  });

  test('who made and who approved a rollback that an alarm started, before its review', () => {
    const text = textOf(automatic);
    expect(text).toContain(
      'The event of alarm rollback-test-phase-1-data_corruption, changed at 2026-03-02T09:00:00.000Z, started it;',
    );
    expect(text).toContain('Nobody before it: the rules decided.');
    expect(text).toContain('Afterwards: not reviewed yet; due by 2026-03-05T09:02:20.000Z.');
    expect(text).toContain('Approved after implementation not yet reviewed; due by 2026-03-05T09:02:20.000Z');
  });

  test('that a principal beside an alarm may be a person who sent its event', () => {
    const text = textOf([...automatic, verified('arn:x:r-1', 'arn:aws:iam::1:user/eve')]);
    expect(text).toContain('Verified principal of the start: arn:aws:iam::1:user/eve.');
    expect(text).toContain('another principal is a person.');
  });

  test('who approved it afterwards', () => {
    const text = textOf([...automatic, reviewed('bo'), verified('arn:review:1', 'arn:aws:iam::1:user/bo')]);
    expect(text).toContain('right, by bo (claimed), arn:aws:iam::1:user/bo (verified), at 2026-03-02T09:40:00.000Z');
  });

  test('that nothing was changed, if no step was started', () => {
    const text = textOf([opened, ['Rollback closed', '00:09', { ending: 'Stood down', problem: null }]]);
    expect(text).toContain('No change was made: no step was started.');
    expect(text).toContain('No change was made, so none was approved.');
  });

  test('when the first change was made', () => {
    expect(textOf(byHand)).toContain('First change: 2026-03-02T09:00:10.000Z (event 4, Step started).');
  });
});

test('what people typed cannot become markup, and cannot turn the direction of the text', () => {
  const reason = '</td><script>alert(1)</script><img src=x onerror=alert(1)>\u202Egnp';
  const page = pageOf([['Rollback opened', '00:00', { ...opened[2], reason, operator: '"><b>' }], ...byHand.slice(1)]);
  expect(page).not.toMatch(/<script|<img|\u202E|"><b>/);
  expect(page).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
  expect(page).toContain('\\u202egnp');
});

test('verify.py finds every event that is changed, wherever it is', () => {
  const events = chainOf(...byHand);
  const findings = inPython<string[][]>(
    `
result = []
for i in range(len(given)):
    for name in given[i]:
        events = json.loads(json.dumps(given))
        events[i][name] = 'forged'
        pack = v.Pack('')
        v.check_chain(pack, events, 'r-1')
        result.append([str(i + 1), *pack.findings])`,
    JSON.parse(JSON.stringify(events)),
  );
  expect(findings).toHaveLength(events.length * 8);
  const unnamed = findings.filter(
    ([event, ...said]) => !said.some((one) => one.startsWith(`events.json: event ${event}:`)),
  );
  expect(unnamed).toEqual([]);
});
