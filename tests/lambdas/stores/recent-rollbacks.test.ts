import { beforeEach, expect, test } from 'vitest';
import { type RecentRollbacks, recentRollbacksIn } from '../../../lambdas/stores/recent-rollbacks.ts';
import { emptyTables } from '../tables.ts';

let recent: RecentRollbacks;
beforeEach(async () => {
  recent = recentRollbacksIn((await emptyTables()).db, 'state');
});
const START = '2026-03-02T09:00:00.000Z';
const hosts = [{ instance_id: 'i-1', name: 'host-1' }];
const all = () => recent.between(1, '2026-03-02T08:00:00.000Z', '2026-03-02T10:00:00.000Z');

test('the end keeps what was stored at the beginning', async () => {
  await recent.begin(1, 'r-1', START, { by: 'automation', hosts });
  await recent.end(1, 'r-1', START, '2026-03-02T09:05:00.000Z');
  expect(await all()).toMatchObject([
    { rollback: 'r-1', start_time: START, by: 'automation', hosts, ended_at: '2026-03-02T09:05:00.000Z' },
  ]);
});

test('the end of a rollback that never began stores nothing', async () => {
  await recent.begin(1, 'r-2', START);
  await recent.end(1, 'r-1', START, START);
  expect(await all()).toMatchObject([{ rollback: 'r-2', ended_at: null }]);
});

test('a beginning that is stored again stays as it was', async () => {
  await recent.begin(1, 'r-1', START, { by: 'automation', hosts });
  await recent.begin(1, 'r-1', START, { by: 'person' });
  expect(await all()).toMatchObject([{ by: 'automation', hosts }]);
});

test('all rollbacks are read, also if their hosts do not fit one page of 1 MB', async () => {
  const fleet = Array.from({ length: 5000 }, (_, i) => ({ instance_id: `i-${i}`.padEnd(19, '0'), name: `host-${i}` }));
  const ids = ['r-1', 'r-2', 'r-3', 'r-4', 'r-5'];
  for (const id of ids) await recent.begin(1, id, START, { by: 'automation', hosts: fleet });
  expect((await all()).map(({ rollback }) => rollback)).toEqual(ids);
});
