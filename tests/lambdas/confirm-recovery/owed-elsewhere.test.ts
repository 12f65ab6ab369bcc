import { expect, test } from 'vitest';
import { followsIn } from '../../../lambdas/confirm-recovery/owed-elsewhere.ts';
import type { UnreachedHost } from '../../../lambdas/stores/unreached-hosts.ts';
import { rollback } from '../opened-rollback.ts';

const owed = (phase: number, change: Partial<UnreachedHost> = {}): UnreachedHost => ({
  ...{ instance_id: 'i-001', name: 'old-name', phase, rollback: 'r-0', since: '2026-11-02T12:00:00.000Z' },
  ...{ window_start: '2026-11-02T11:00:00Z', severity: 'HIGH', ...change },
});

test('the rollback of another phase follows on a host of this one, under its present name, unless a person left it out', async () => {
  const all = [
    owed(rollback.phase),
    owed(3),
    owed(4, { left_out: true }),
    owed(3, { instance_id: 'i-009', name: 'host-9' }),
  ];
  const scope = { hosts: [{ instance_id: 'i-001', name: 'host-1' }] };
  const found = await followsIn({ unreached: { all: async () => all } }, rollback, scope as never);
  expect(found).toEqual([{ name: 'host-1', phase: 3 }]);
});
