import { beforeEach, describe, expect, test } from 'vitest';
import { type Deployments, deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { emptyTables } from '../tables.ts';

let deployments: Deployments;
beforeEach(async () => {
  deployments = deploymentsIn((await emptyTables()).db, 'state');
});
const at = (time: string) => `2026-03-02T${time}.000Z`;

describe('the newest deployment before an instant', () => {
  beforeEach(async () => {
    await deployments.record(1, { version: 'v1.4.0', at: at('08:00:00') });
    await deployments.record(1, { version: 'v1.5.0', at: at('08:50:00') });
    await deployments.record(2, { version: 'v2.0.0', at: at('08:55:00') });
  });

  test.each([
    ['after both', '09:00:00', { version: 'v1.5.0', at: at('08:50:00') }],
    ['between them', '08:30:00', { version: 'v1.4.0', at: at('08:00:00') }],
    ['at the instant of one', '08:50:00', { version: 'v1.5.0', at: at('08:50:00') }],
    ['before the first', '07:59:59', undefined],
  ])('%s', async (_, time, expected) => {
    expect(await deployments.newest(1, at(time))).toEqual(expected);
  });

  test('of a phase that was never deployed is none', async () => {
    expect(await deployments.newest(3, at('09:00:00'))).toBeUndefined();
  });
});
