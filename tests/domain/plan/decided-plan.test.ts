import { describe, expect, test } from 'vitest';
import { readInfra } from '../../../config/infra.ts';
import { decidedEffect, runbooksIn } from '../../../domain/plan/decided-plan.ts';
import { stateMachines } from '../../../statemachines/state-machines.ts';

const machines = stateMachines(readInfra());
const runbooks = runbooksIn(JSON.stringify(machines['phase-1']));
const confirm = { in_a_row: 3, every: 10, give_up: 300 };
const opened = {
  ...{ phase: 1, deployment: null, hosts_not_online: ['host-2'], also_undone: [2, 4] },
  targets: [{ phase: 1, version: 'pre-phase1-stable', why: "Target: pre-phase1-stable, the runbook's tag." }],
};

describe('before the answer rollback, a person reads', () => {
  test('the version, the phases that go back too, the flags, and the hosts that are left out', () => {
    expect(decidedEffect(opened, runbooks, confirm)).toEqual([
      expect.stringMatching(/^Undo the running version .* and go back to pre-phase1-stable: the whole tree/),
      "Target: pre-phase1-stable, the runbook's tag.",
      'Also undone, because their code goes back too: phase 2 (Analysis Engine); phase 4 (Production Deployment)',
      'Flags: data_source=barchart',
      'Not online, so not rolled back: host-2',
      expect.stringMatching(/^Takes at most \d+ minutes/),
    ]);
  });

  test.each([1, 2, 3, 4])('the runbooks with which the machine of phase %d asks', (phase) => {
    expect(runbooksIn(JSON.stringify(machines[`phase-${phase}`]))?.map((one) => one.phase)).toEqual([1, 2, 3, 4]);
  });

  test.each([
    ['the machine is gone', opened, undefined],
    ['its definition has no runbook of the phase', opened, []],
    ['it undoes several phases', { ...opened, phases: [2, 1] }, runbooks],
  ])('that the effect is not known, if %s', (_, record, found) => {
    expect(decidedEffect(record, found, confirm)).toBeNull();
  });
});
