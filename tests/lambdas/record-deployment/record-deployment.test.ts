import { beforeEach, describe, expect, test } from 'vitest';
import { recordDeployment } from '../../../lambdas/record-deployment/record-deployment.ts';
import { type Deployments, deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { emptyTables } from '../tables.ts';

let deployments: Deployments;
beforeEach(async () => {
  deployments = deploymentsIn((await emptyTables()).db, 'state');
});
const at = (time: string) => `2026-03-02T${time}.000Z`;

describe('recording a deployment', () => {
  const record = (input: unknown) =>
    recordDeployment({ deployments, phases: [1, 2] }, { input, started_at: at('09:00:00') });
  const newest = () => deployments.newest(1, at('10:00:00'));

  test('at a given instant stores that instant', async () => {
    expect(await record({ phase: 1, version: 'v1.4.0', at: '2026-03-02T08:50:00Z' })).toEqual({
      phase: 1,
      version: 'v1.4.0',
      at: at('08:50:00'),
    });
    expect(await newest()).toEqual({ version: 'v1.4.0', at: at('08:50:00') });
  });

  test('without an instant stores the start of the execution', async () => {
    await record({ phase: 1, version: 'v1.4.0' });
    expect(await newest()).toEqual({ version: 'v1.4.0', at: at('09:00:00') });
  });

  test('twice stores one deployment', async () => {
    await record({ phase: 1, version: 'v1.4.0' });
    await record({ phase: 1, version: 'v1.4.0' });
    expect(await deployments.newest(1, at('08:59:59'))).toBeUndefined();
    expect(await newest()).toEqual({ version: 'v1.4.0', at: at('09:00:00') });
  });

  test('at an instant with an offset stores it in UTC', async () => {
    expect(await record({ phase: 1, version: 'v1', at: '2026-03-02T10:50:00+02:00' })).toMatchObject({
      at: at('08:50:00'),
    });
  });

  test('of another version at the same instant is refused, and the first one stays', async () => {
    await record({ phase: 1, version: 'v1.4.0' });
    await expect(record({ phase: 1, version: 'v1.5.0' })).rejects.toThrow(
      'Phase 1 was already recorded at v1.4.0 for 2026-03-02T09:00:00.000Z; found v1.5.0.',
    );
    expect(await newest()).toMatchObject({ version: 'v1.4.0' });
  });

  test.each<[string, unknown, RegExp]>([
    ['without a version', { phase: 1 }, /^A deployment is \{"phase": 1, "version": "v1.4.0"\}.*version/s],
    ['without a phase', { version: 'v1' }, /phase/],
    ['with an unknown key', { phase: 1, version: 'v1', when: 'now' }, /when/],
    ['with a version that is not a name', { phase: 1, version: '$(reboot)' }, /version/],
    [
      'that was pasted without its version',
      { phase: 1, version: 'VERSION' },
      /^Found a placeholder: replace VERSION with the version that was deployed\. Nothing was recorded\.$/,
    ],
    ['with a time that is not an instant', { phase: 1, version: 'v1', at: 'yesterday' }, /at/],
    [
      'in the future',
      { phase: 1, version: 'v1', at: '2026-03-02T09:00:01Z' },
      /^at must not be in the future; found 2026-03-02T09:00:01Z, and it is 2026-03-02T09:00:00.000Z\.$/,
    ],
    [
      'of a phase that has no runbook',
      { phase: 7, version: 'v1' },
      /^There is no phase 7; known phases: 1, 2\. Nothing was recorded\.$/,
    ],
    [
      'more than a day ago: every row since then would be suspect',
      { phase: 1, version: 'v1', at: '1999-01-01T00:00:00Z' },
      /^at must be within the last 24 hours; found 1999-01-01T00:00:00Z\./,
    ],
    ['as a text', 'v1.4.0', /^A deployment is/],
  ])('%s is refused, and nothing is stored', async (_, input, message) => {
    await expect(record(input)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    expect(await newest()).toBeUndefined();
  });
});
