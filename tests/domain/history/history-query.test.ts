import { describe, expect, test } from 'vitest';
import {
  type HistoryFilter,
  historyQuery,
  isWithin,
  leadingFacet,
  passes,
} from '../../../domain/history/history-query.ts';
import type { RecordSummary } from '../../../domain/history/record-index.ts';

describe('the index that answers a filter', () => {
  test.each<[HistoryFilter, string]>([
    [{}, 'mode'],
    [{ mode: 'plan' }, 'mode'],
    [{ phase: 2 }, 'phase'],
    [{ phase: 2, severity: 'CRITICAL' }, 'severity'],
    [{ phase: 2, operator: 'ana' }, 'operator'],
    [{ cause: false, phase: 2 }, 'cause'],
    [{ ending: 'Needs a person', host: 'i-1' }, 'host'],
    [{ from: '2026-01-01T00:00:00Z' }, 'mode'],
  ])('of %j is by %s', (filter, facet) => {
    expect(leadingFacet(filter)).toBe(facet);
  });
});

describe('the query of a filter', () => {
  test('reads the newest live rollbacks first without any filter', () => {
    expect(historyQuery('history', {}, { limit: 21 })).toEqual({
      TableName: 'history',
      IndexName: 'by-mode',
      KeyConditionExpression: '#facet = :facet AND #started BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#facet': 'by_mode', '#started': 'started' },
      ExpressionAttributeValues: { ':facet': 'live', ':from': '0', ':to': '~' },
      ScanIndexForward: false,
      Limit: 21,
    });
  });

  test('judges what the index does not answer by the summary, plans left out', () => {
    expect(historyQuery('history', { phase: 2, ending: 'Rolled back' }, { limit: 21 })).toMatchObject({
      IndexName: 'by-ending',
      FilterExpression: '#summary.#phase = :phase AND #summary.#mode = :mode',
      ExpressionAttributeValues: { ':facet': 'Rolled back', ':phase': 2, ':mode': 'live' },
    });
  });

  test.each([{}, { host: 'i-1' }])('is bounded by the starts that are asked for, with %j', (filter) => {
    const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
    expect(historyQuery('history', { ...filter, ...range }, { limit: 21 }).ExpressionAttributeValues).toMatchObject({
      ':from': range.from,
      ':to': range.to,
    });
  });

  test.each([
    [{}, { by_mode: 'live' }],
    [{ phase: 2 }, { by_phase: '2' }],
    [{ host: 'i-1', phase: 2 }, { by_host: 'i-1' }],
  ])('goes on behind the last item of the part before, with %j', (filter, partition) => {
    const range = { from: '2025-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
    const after = { pk: 'RECORD#a', sk: 'RECORD', started: '2026-01-01T00:00:00.000Z#a' };
    const query = historyQuery('history', { ...filter, ...range }, { after, limit: 21 });
    expect(query.ExclusiveStartKey).toEqual({ ...after, ...partition });
    expect(query.ExpressionAttributeValues).toMatchObject({ ':from': range.from, ':to': range.to });
  });
});

describe('a part may begin', () => {
  const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
  test.each([
    ['2026-01-15T00:00:00.000Z#a', true],
    ['2026-01-01T00:00:00.000Z#a', true],
    ['2025-12-31T23:59:59.999Z#a', false],
    ['2026-02-01T00:00:00.000Z#a', false],
  ])('after %s: %s', (started, may) => expect(isWithin(range, started)).toBe(may));

  test('anywhere without a range', () => expect(isWithin({}, '2026-01-15T00:00:00.000Z#a')).toBe(true));
});

describe('a rollback found by its host', () => {
  const summary = { phase: 2, mode: 'live', start_time: '2026-01-10T00:00:00.000Z', cause: false } as RecordSummary;
  test.each<[HistoryFilter, boolean]>([
    [{ host: 'i-1' }, true],
    [{ host: 'i-1', phase: 2, cause: false }, true],
    [{ host: 'i-1', phase: 3 }, false],
    [{ host: 'i-1', mode: 'plan' }, false],
    [{ host: 'i-1', from: '2026-01-10T00:00:00.000Z' }, true],
  ])('passes %j: %s', (filter, through) => {
    expect(passes(filter, summary)).toBe(through);
  });
});
