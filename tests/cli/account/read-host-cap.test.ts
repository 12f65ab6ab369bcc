import { expect, test } from 'vitest';
import type { Connected } from '../../../cli/account/clients.ts';
import { readHostCap } from '../../../cli/account/read-host-cap.ts';
import { recentRollbacksIn } from '../../../lambdas/stores/recent-rollbacks.ts';
import { type RollbackScope, rollbackScopesIn } from '../../../lambdas/stores/rollback-scope.ts';
import { emptyTables } from '../../lambdas/tables.ts';

const now = Date.parse('2026-03-02T12:00:00.000Z');
const state = 'rollback-test-state';
const host = (number: number) => ({ instance_id: `i-${number}`, name: `host-${number}` });

test("status counts automation's hosts of all phases, each once: those stored at the beginning, and those frozen", async () => {
  const { db } = await emptyTables([state]);
  const recent = recentRollbacksIn(db, state);
  const scopes = rollbackScopesIn(db, state);
  await recent.begin(1, 'r-1', '2026-03-02T11:50:00.000Z', { by: 'automation', hosts: [host(1), host(2)] });
  await recent.begin(2, 'r-2', '2026-03-02T11:50:00.000Z');
  await scopes.keep('r-2', { hosts: [host(2), host(3)] } as unknown as RollbackScope);
  await recent.begin(3, 'r-3', '2026-03-02T11:50:00.000Z', { by: 'person' });
  await scopes.keep('r-3', { hosts: [host(4)] } as unknown as RollbackScope);
  await recent.begin(4, 'r-4', '2026-03-02T09:00:00.000Z', { by: 'automation', hosts: [host(5)] });
  await recent.end(4, 'r-4', '2026-03-02T09:00:00.000Z', '2026-03-02T10:59:59.000Z');
  const connection = { db, name: 'test' } as Connected;
  expect(await readHostCap(connection, { most: 4, within: 3600 }, { phases: [1, 2, 3, 4], now })).toEqual({
    most: 4,
    within: 3600,
    touched: [host(1), host(2), host(3)],
  });
});
