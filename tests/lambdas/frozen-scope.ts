import type { RollbackScope } from '../../lambdas/stores/rollback-scope.ts';

/** A frozen scope of the whole fleet without hosts. */
export const scope: RollbackScope = {
  execution_arn: 'arn:r-1',
  hosts: [],
  not_online: [],
  only_hosts: null,
  steps: [],
  documents: {},
  deployment: null,
  window_start: '2026-03-02T08:00:00Z',
  deadline: '2026-03-02T10:00:00.000Z',
};
