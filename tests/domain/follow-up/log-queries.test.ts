import { expect, test } from 'vitest';
import { logQueries } from '../../../domain/follow-up/log-queries.ts';

const record = {
  breaching_since: '2026-03-02T09:00:00.000Z',
  start_time: '2026-03-02T09:01:00.000Z',
  completion_time: '2026-03-02T09:10:00.000Z',
};
const queries = (groups: readonly string[], at = '2026-03-02T13:10:00.000Z') =>
  logQueries(record, at, { environment: 'production', trading: { groups, like: '(?i)error' } });

test('an environment that names no log group has only those of the product queried', () => {
  const [product, ...more] = queries([]);
  expect(more).toEqual([]);
  expect(product?.groups).toContain('/aws/lambda/rollback-production-run-on-hosts');
  expect(product?.groups.length).toBeLessThanOrEqual(50); // StartQuery
  expect([product?.from, product?.to]).toEqual(['2026-03-02T08:00:00.000Z', '2026-03-02T13:10:00.000Z']);
});

test('the lines of the trading system end with the rollback, because a query costs by what it reads', () => {
  const [, trading] = queries(['/trading/orders']);
  expect(trading).toMatchObject({ groups: ['/trading/orders'], to: '2026-03-02T09:10:00.000Z' });
  expect(trading?.text).toContain('filter @message like /(?i)error/');
});

test('no query asks for what is not there yet', () => {
  expect(queries([], '2026-03-02T10:00:00.000Z')[0]?.to).toBe('2026-03-02T10:00:00.000Z');
});
