import { describe, expect, test } from 'vitest';
import {
  type HistoryFilter,
  historyQuery,
  leadingFacet,
  pageKeyOf,
  pageToken,
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
    expect(historyQuery('history', {})).toEqual({
      TableName: 'history',
      IndexName: 'by-mode',
      KeyConditionExpression: '#facet = :facet AND #started BETWEEN :from AND :to',
      ExpressionAttributeNames: { '#facet': 'by_mode', '#started': 'started' },
      ExpressionAttributeValues: { ':facet': 'live', ':from': '0', ':to': '~' },
      ScanIndexForward: false,
    });
  });

  test('judges what the index does not answer by the summary, plans left out', () => {
    expect(historyQuery('history', { phase: 2, ending: 'Rolled back' })).toMatchObject({
      IndexName: 'by-ending',
      FilterExpression: '#summary.#phase = :phase AND #summary.#mode = :mode',
      ExpressionAttributeValues: { ':facet': 'Rolled back', ':phase': 2, ':mode': 'live' },
    });
  });

  test('is bounded by the starts that are asked for', () => {
    const range = { from: '2026-01-01T00:00:00.000Z', to: '2026-02-01T00:00:00.000Z' };
    expect(historyQuery('history', range).ExpressionAttributeValues).toMatchObject({
      ':from': range.from,
      ':to': range.to,
    });
  });

  test('by host reads a day longer, because verdicts are younger than the start of their rollback', () => {
    const { ExpressionAttributeValues } = historyQuery('history', { host: 'i-1', to: '2026-02-01T00:00:00.000Z' });
    expect(ExpressionAttributeValues[':to']).toBe('2026-02-02T00:00:00.000Z');
  });

  test('begins behind the page before', () => {
    const key = { pk: 'RECORD#a', sk: 'RECORD', by_mode: 'live', started: '2026-01-01T00:00:00.000Z#a' };
    expect(historyQuery('history', {}, key).ExclusiveStartKey).toEqual(key);
  });
});

describe('a rollback found by its host', () => {
  const summary = { phase: 2, mode: 'live', start_time: '2026-01-10T00:00:00.000Z', cause: false } as RecordSummary;
  test.each<[HistoryFilter, boolean]>([
    [{ host: 'i-1' }, true],
    [{ host: 'i-1', phase: 2, cause: false }, true],
    [{ host: 'i-1', phase: 3 }, false],
    [{ host: 'i-1', mode: 'plan' }, false],
    [{ host: 'i-1', from: '2026-01-10T00:00:00.000Z' }, true],
    [{ host: 'i-1', to: '2026-01-10T00:00:00.000Z' }, false],
  ])('passes %j: %s', (filter, through) => {
    expect(passes(filter, summary)).toBe(through);
  });
});

describe('the token of a page', () => {
  const key = { pk: 'RECORD#a', sk: 'RECORD' };
  const now = Date.parse('2026-03-02T09:00:00Z');
  const token = pageToken({ phase: 2 }, key, now);

  test('names where the page begins', () => expect(pageKeyOf({ phase: 2 }, token, now + 1000)).toEqual(key));

  test('is refused for other filters', () => {
    expect(() => pageKeyOf({ phase: 3 }, token, now)).toThrow('The page token belongs to other filters.');
  });

  test('expires after a day', () => {
    expect(() => pageKeyOf({ phase: 2 }, token, now + 86_400_001)).toThrow(
      'The page token expired: it was printed at 2026-03-02T09:00:00.000Z. Run the command again without --page',
    );
  });

  test.each(['', 'x', 'e30', `${token.slice(0, -8)}`])('is refused if it is cut or invented: %s', (given) => {
    expect(() => pageKeyOf({ phase: 2 }, given, now)).toThrow('is not one that this command printed');
  });
});
