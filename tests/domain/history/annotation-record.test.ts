import { describe, expect, test } from 'vitest';
import { recordOf } from '../../../domain/history/record.ts';
import { chainOf, closed, opened, type SampleEvent, sealed, verified } from './sample-events.ts';

const annotated = (detail: object, by = 'arn:annotate:1'): SampleEvent => [
  'Annotated',
  '30:00',
  { operator: 'ana', by, ...detail },
];
const record = (...events: SampleEvent[]) => recordOf(chainOf(opened, closed, sealed, ...events));

test('before any annotation the record has none', () => {
  expect(record()).toMatchObject({ root_cause: null, prevention_measures: null, annotation: null });
});

describe('an annotation', () => {
  test("fills the customer's two fields", () => {
    const finding = { root_cause: 'memory_leak', prevention_measures: ['added_memory_monitoring', 'updated_tests'] };
    expect(record(annotated(finding))).toMatchObject(finding);
  });

  test('has the other findings, and the name and time of the person', () => {
    const finding = { note: 'see the ticket', false_positive: true, links: ['https://wiki.example.com/7'] };
    expect(record(annotated(finding)).annotation).toEqual({
      ...finding,
      operator: 'ana',
      principal: null,
      at: '2026-03-02T09:30:00.000Z',
      by: 'arn:annotate:1',
    });
  });

  test('leaves the ending and the times as they are', () => {
    const { ending, completion_time, duration_minutes } = record();
    expect(record(annotated({ root_cause: 'x' }))).toMatchObject({ ending, completion_time, duration_minutes });
  });
});

describe('a later annotation', () => {
  const first = annotated({ root_cause: 'disk full', prevention_measures: ['alarm'], false_positive: true });

  test('replaces what it gives, and leaves the rest', () => {
    const second = annotated({ root_cause: 'memory leak' }, 'arn:annotate:2');
    expect(record(first, second)).toMatchObject({
      root_cause: 'memory leak',
      prevention_measures: ['alarm'],
      annotation: { false_positive: true, by: 'arn:annotate:2' },
    });
  });

  test('may take back a false positive', () => {
    expect(record(first, annotated({ false_positive: false })).annotation).toMatchObject({ false_positive: false });
  });

  test('leaves the earlier one among the events', () => {
    const events = chainOf(opened, closed, sealed, first, annotated({ root_cause: 'memory leak' }));
    expect(events.map(({ detail }) => detail['root_cause']).filter(Boolean)).toEqual(['disk full', 'memory leak']);
  });
});

describe('the verified principal of an annotation', () => {
  const principal = 'arn:aws:iam::1:user/ana';

  test('is beside the claimed name', () => {
    const events = [annotated({ note: 'x' }), verified('arn:annotate:1', principal)];
    expect(record(...events).annotation).toMatchObject({ operator: 'ana', principal });
  });

  test('of an earlier annotation is not taken for that of a later one', () => {
    const events = [annotated({ note: 'x' }), annotated({ note: 'y' }, 'arn:annotate:2')];
    expect(record(...events, verified('arn:annotate:1', principal)).annotation?.principal).toBeNull();
  });
});
