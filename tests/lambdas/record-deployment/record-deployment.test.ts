import { beforeEach, describe, expect, test } from 'vitest';
import { recordDeployment } from '../../../lambdas/record-deployment/record-deployment.ts';
import { type BrakesStore, brakesIn } from '../../../lambdas/stores/brakes.ts';
import { deploymentMarksIn } from '../../../lambdas/stores/deployment-marks.ts';
import { type Deployments, deploymentsIn } from '../../../lambdas/stores/deployments.ts';
import { type Preparations, preparationsIn } from '../../../lambdas/stores/preparations.ts';
import { type RecentRollbacks, recentRollbacksIn } from '../../../lambdas/stores/recent-rollbacks.ts';
import { emptyTables } from '../tables.ts';

let db: Awaited<ReturnType<typeof emptyTables>>['db'];
let deployments: Deployments;
let brakes: BrakesStore;
let recentRollbacks: RecentRollbacks;
let preparations: Preparations;
let despiteFreeze: number;
let canary: readonly string[];
beforeEach(async () => {
  ({ db } = await emptyTables());
  deployments = deploymentsIn(db, 'state');
  brakes = brakesIn(db, 'state');
  recentRollbacks = recentRollbacksIn(db, 'state');
  preparations = preparationsIn(db, 'state');
  despiteFreeze = 0;
  canary = [];
});
const countDespiteFreeze = async () => {
  despiteFreeze += 1;
};
const at = (time: string) => `2026-03-02T${time}.000Z`;

describe('recording a deployment', () => {
  const record = (input: unknown, started = '09:00:00') =>
    recordDeployment(
      { deployments, recentRollbacks, preparations, brakes, countDespiteFreeze, canary, phases: [1, 2] },
      { input, started_at: at(started) },
    );
  const newest = () => deployments.newest(1, at('10:00:00'));

  test('at a given instant stores that instant', async () => {
    expect(await record({ phase: 1, version: 'v1.4.0', at: '2026-03-02T08:50:00Z' })).toEqual({
      phase: 1,
      version: 'v1.4.0',
      at: at('08:50:00'),
    });
    expect(await newest()).toEqual({ version: 'v1.4.0', at: at('08:50:00') });
  });

  test('at the instant of a withdrawn record is refused: the record stays as it is', async () => {
    await record({ phase: 1, version: 'v1.4.0', at: '2026-03-02T08:50:00Z' });
    const withdrawn = { operator: 'ana', reason: 'wrong phase', at: at('08:55:00'), by: 'arn:1' };
    await deploymentMarksIn(db, 'state').mark(1, at('08:50:00'), { withdrawn });
    await expect(record({ phase: 1, version: 'v1.4.0', at: '2026-03-02T08:50:00Z' })).rejects.toThrow(
      'The record of phase 1 for 2026-03-02T08:50:00.000Z, v1.4.0, was withdrawn by ana: wrong phase.',
    );
    expect(await record({ phase: 1, version: 'v1.4.0' })).toMatchObject({ at: at('09:00:00') });
  });

  test('without an instant stores the start of the execution', async () => {
    await record({ phase: 1, version: 'v1.4.0' });
    expect(await newest()).toEqual({ version: 'v1.4.0', at: at('09:00:00') });
  });

  describe('of the version that the newest deployment has', () => {
    const call = { phase: 1, version: 'v1.4.0' };
    const all = () => deployments.between(1, at('00:00:00'), at('23:00:00'));
    beforeEach(() => record(call));

    test('is a repeat: the stored one is returned, and no second one is stored', async () => {
      expect(await record(call, '09:40:00')).toEqual({ ...call, at: at('09:00:00'), repeated: true });
      expect(await all()).toHaveLength(1);
    });

    test.each([
      ['with again', { again: true }],
      ['at another instant', { at: at('09:39:00') }],
    ])('is a new one %s', async (_, more) => {
      const recorded = await record({ ...call, ...more }, '09:40:00');
      expect(recorded).not.toHaveProperty('repeated');
      expect(await all()).toHaveLength(2);
    });

    test('is a new one after another version', async () => {
      await record({ phase: 1, version: 'v1.5.0' }, '09:10:00');
      await record(call, '09:40:00');
      expect(await all()).toHaveLength(3);
    });

    test('is a new one after a rollback, also of another phase, that ended since', async () => {
      await recentRollbacks.begin(2, 'r-1', at('08:50:00'));
      await recentRollbacks.end(2, 'r-1', at('08:50:00'), at('08:59:00'));
      await record(call, '09:05:00');
      expect(await all()).toHaveLength(1);
      await recentRollbacks.end(2, 'r-1', at('08:50:00'), at('09:10:00'));
      await record(call, '09:40:00');
      expect(await all()).toHaveLength(2);
    });

    test('cannot have both an instant and again', async () => {
      await expect(record({ ...call, at: at('08:00:00'), again: true })).rejects.toThrow(/Use one of them/);
    });
  });

  test('of a prepared version stores its preparation with it', async () => {
    const prepared_at = at('08:00:00');
    const common = {
      state: 'prepared',
      tag: 'rollback/phase-1/before-v1.4.0',
      commit: 'a'.repeat(40),
      prepared_at,
    } as const;
    await preparations.put({
      ...common,
      phase: 1,
      version: 'v1.4.0',
      begun_at: at('07:59:00'),
      by: 'arn',
      hosts: [],
    });
    expect(await record({ phase: 1, version: 'v1.4.0' })).toMatchObject({ version: 'v1.4.0', prepared: common });
    expect(await newest()).toEqual({ version: 'v1.4.0', at: at('09:00:00') });
    expect(await record({ phase: 1, version: 'v1.5.0', at: at('08:30:00') })).not.toHaveProperty('prepared');
  });

  test('is not delayed by a preparation that cannot be read', async () => {
    preparations = { ...preparations, read: () => Promise.reject(new Error('InternalServerError')) };
    expect(await record({ phase: 1, version: 'v1.4.0' })).toEqual({ phase: 1, version: 'v1.4.0', at: at('09:00:00') });
  });

  test('twice stores one deployment', async () => {
    await record({ phase: 1, version: 'v1.4.0' });
    await record({ phase: 1, version: 'v1.4.0' });
    expect(await deployments.newest(1, at('08:59:59'))).toBeUndefined();
    expect(await newest()).toEqual({ version: 'v1.4.0', at: at('09:00:00') });
  });

  test.each([
    [
      'another author and approver',
      { author: 'ana', approver: 'bo' },
      { author: 'eve', approver: 'mallory' },
      'with author ana; found eve. approver bo; found mallory.',
    ],
    ['an author that was not stored', { approver: 'bo' }, { author: 'eve' }, 'with author not named; found eve.'],
  ])('again with %s is refused, and the first one stays', async (_, first, again, difference) => {
    await record({ phase: 1, version: 'v1.4.0', ...first });
    await expect(record({ phase: 1, version: 'v1.4.0', ...again })).rejects.toThrow(
      `Phase 1 was already recorded at v1.4.0 for 2026-03-02T09:00:00.000Z ${difference} The stored record stays; repeat the command without another name.`,
    );
    expect(await record({ phase: 1, version: 'v1.4.0' })).toMatchObject(first);
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

  describe('to the canary group', () => {
    const call = { phase: 1, version: 'v1.4.0' };
    beforeEach(() => {
      canary = ['host-1'];
    });

    test('stores its hosts, and the rest is another deployment', async () => {
      expect(await record({ ...call, canary: true })).toEqual({ ...call, hosts: ['host-1'], at: at('09:00:00') });
      await deploymentMarksIn(db, 'state').mark(1, at('09:00:00'), { watched: { verified: true, why: 'no red' } });
      expect(await record({ ...call, canary: true }, '09:10:00')).toMatchObject({ repeated: true });
      expect(await record(call, '13:10:00')).toEqual({ ...call, at: at('13:10:00') });
    });

    test.each([
      ['was left out', false, 'v1.4.0 was not deployed to the canary group first (host-1)'],
      ['has no verdict yet', true, 'and its watch window has no verdict yet'],
    ])('that %s does not stop the record of every host, and the result says so', async (_, first, unpassed) => {
      if (first) await record({ ...call, canary: true });
      expect(await record(call, '09:30:00')).toMatchObject({
        at: at('09:30:00'),
        unpassed: expect.stringContaining(unpassed),
      });
    });

    test('is refused without a group, and if every host has the version on record', async () => {
      await record(call);
      await expect(record({ ...call, canary: true }, '09:10:00')).rejects.toThrow('is on record for every host since');
      canary = [];
      await expect(record({ ...call, canary: true }, '09:10:00')).rejects.toThrow('names no canary group');
    });
  });

  describe('while deployments are frozen', () => {
    const frozen = { operator: 'ana', reason: 'end of quarter', at: at('08:55:00'), phase: null };
    const byAna =
      'Phase 1 was deployed to v1.4.0 at 2026-03-02T09:00:00.000Z, although ana had frozen deployments since 2026-03-02T08:55:00.000Z: end of quarter. It was recorded, and a rollback can undo it.';

    test.each([
      ['every phase', null],
      ['this phase', 1],
    ])('of %s stores it with the freeze, turns the alarm red, and fails', async (_, phase) => {
      await brakes.set('freeze', { ...frozen, phase });
      await expect(record({ phase: 1, version: 'v1.4.0' })).rejects.toMatchObject({
        name: 'DeployedDespiteFreeze',
        message: byAna,
      });
      const stored = await deployments.record(1, { version: 'v1.4.0', at: at('09:00:00') });
      expect([await newest(), stored.frozen, despiteFreeze]).toEqual([
        { version: 'v1.4.0', at: at('09:00:00') },
        { ...frozen, phase },
        1,
      ]);
    });

    test.each([
      ['of another phase', { ...frozen, phase: 2 }],
      ['that began after it', { ...frozen, at: at('09:00:01') }],
    ])('is recorded as usual under a freeze %s', async (_, other) => {
      await brakes.set('freeze', other);
      await record({ phase: 1, version: 'v1.4.0' });
      expect(despiteFreeze).toBe(0);
    });

    const recordUnread = () => {
      const unreadable = { read: () => Promise.reject(new Error('InternalServerError')) };
      const input = { phase: 1, version: 'v1.4.0' };
      return recordDeployment(
        { deployments, recentRollbacks, preparations, brakes: unreadable, countDespiteFreeze, canary, phases: [1] },
        { input, started_at: at('09:00:00') },
      );
    };

    test('is recorded although the freezes cannot be read, and fails', async () => {
      await expect(recordUnread()).rejects.toThrow(
        'Phase 1 was recorded at v1.4.0, but the freezes could not be read: InternalServerError',
      );
      expect(await newest()).toMatchObject({ version: 'v1.4.0' });
    });

    test('turns the alarm red and fails once the freezes can be read, although it was stored without one', async () => {
      await brakes.set('freeze', frozen);
      await expect(recordUnread()).rejects.toThrow('the freezes could not be read');
      expect(despiteFreeze).toBe(0);
      await expect(record({ phase: 1, version: 'v1.4.0' })).rejects.toThrow(byAna);
      expect(despiteFreeze).toBe(1);
    });

    test('fails again if it is repeated after the freeze', async () => {
      await brakes.set('freeze', frozen);
      await expect(record({ phase: 1, version: 'v1.4.0' })).rejects.toThrow(byAna);
      await brakes.end('freeze', frozen);
      await expect(record({ phase: 1, version: 'v1.4.0' })).rejects.toThrow(byAna);
    });
  });

  test.each<[string, unknown, RegExp]>([
    ['without a version', { phase: 1 }, /^A deployment is \{"phase": 1, "version": "v1.4.0"\}.*version/s],
    ['without a phase', { version: 'v1' }, /phase/],
    ['with an unknown key', { phase: 1, version: 'v1', when: 'now' }, /when/],
    ['with a version that is not a name', { phase: 1, version: '$(reboot)' }, /version/],
    [
      'that was pasted without its version',
      { phase: 1, version: 'VERSION' },
      /; replace VERSION with the version that was deployed\. Nothing was recorded\.$/,
    ],
    [
      'with a time that is not an instant',
      { phase: 1, version: 'v1', at: 'yesterday' },
      /; at must be a time with its zone .*, found "yesterday"\./,
    ],
    ['with a day that does not exist', { phase: 1, version: 'v1', at: '2026-02-30T09:00:00Z' }, /; at must be .*02-30/],
    [
      'without a zone',
      { phase: 1, version: 'v1', at: '2026-03-02T08:50' },
      /; at must be .*, found "2026-03-02T08:50"/,
    ],
    [
      'in the future',
      { phase: 1, version: 'v1', at: '2026-03-02T09:00:01Z' },
      /; at must not be in the future; found 2026-03-02T09:00:01Z, and it is 2026-03-02T09:00:00.000Z\./,
    ],
    [
      'of a phase that has no runbook',
      { phase: 7, version: 'v1' },
      /^There is no phase 7; known phases: 1, 2\. Nothing was recorded\.$/,
    ],
    [
      'more than a day ago: every row since then would be suspect',
      { phase: 1, version: 'v1', at: '1999-01-01T00:00:00Z' },
      /; at must be within the last 24 hours; found 1999-01-01T00:00:00Z, and it is 2026-03-02T/,
    ],
    ['as a text', 'v1.4.0', /^A deployment is/],
    [
      'whose author is two lines',
      { phase: 1, version: 'v1', author: 'dan\nana' },
      /author must be one line of 1 to 100 printable characters, found "dan/,
    ],
    ['whose author is empty', { phase: 1, version: 'v1', author: '' }, /author must be one line .*, found ""\./],
  ])('%s is refused, and nothing is stored', async (_, input, message) => {
    await expect(record(input)).rejects.toMatchObject({
      name: 'InvalidInput',
      message: expect.stringMatching(message),
    });
    expect(await newest()).toBeUndefined();
  });
});
