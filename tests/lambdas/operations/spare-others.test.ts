import { expect, test } from 'vitest';
import { tellUndone } from '../../../lambdas/operations/spare-others.ts';
import { scope } from '../frozen-scope.ts';
import { openedRollback, opening, START } from '../opened-rollback.ts';

const host = { instance_id: 'i-001', name: 'host-1' };
const two = { instance_id: 'i-002', name: 'host-2' };
const onOne = { undone_on: [{ ...host, by: 'r-2' }] };
const step = { step: 'restore', attempt: 1, hosts: 1 };

test.each([
  ['its restore is done on every host', 'Step done', {}, { undone_with: 'r-2' }],
  ['its restore failed', 'Step failed', {}, {}],
  ['a person left a host out', 'Step done', { left_out: [{ ...two, by: null, reason: null }] }, onOne],
  ['it is of a few hosts', 'Step done', { only_hosts: ['host-1'] }, onOne],
] as const)(
  'a later phase that waits for an answer knows that its code went back, if %s',
  async (_, end, changes, told) => {
    const { deps } = await openedRollback(1);
    const detail = { ...opening.detail, also_undone: [4], restores: { paths: ['.'], by: ['restore'] } };
    await deps.history.append(
      'r-2',
      { ...opening, detail },
      { id: 'started', type: 'Step started', at: START, detail: step },
      { id: 'ended', type: end, at: START, detail: { ...step, hosts_done: 1 } },
    );
    await deps.claims.claimPhase(4, { rollback: 'r-4', execution_arn: 'arn:r-4' });
    await deps.scopes.keep('r-4', { ...scope, hosts: [host] });
    const mine = { ...scope, hosts: [host], ...changes };
    await tellUndone(deps, { id: 'r-2', phase: 1 }, mine, await deps.history.events('r-2'));
    const { undone_with, undone_on } = (await deps.scopes.read('r-4')) ?? {};
    expect({ undone_with, undone_on }).toEqual({ undone_with: undefined, undone_on: undefined, ...told });
  },
);
