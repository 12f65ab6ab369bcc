import { beforeEach, describe, expect, test } from 'vitest';
import { type Claims, claimsIn } from '../../../lambdas/stores/claims.ts';
import { emptyTables } from '../tables.ts';

let claims: Claims;
beforeEach(async () => {
  claims = claimsIn((await emptyTables()).db, 'state');
});
const r = (n: number) => ({ rollback: `r-${n}`, execution_arn: `arn:r-${n}` });
const at = '2026-03-02T09:00:00.000Z';

describe('a change of an alarm', () => {
  test('belongs to the first rollback that claims it', async () => {
    expect(await claims.claimAlarm('a', at, r(1))).toEqual(r(1));
    expect(await claims.claimAlarm('a', at, r(2))).toMatchObject(r(1));
    expect(await claims.claimAlarm('a', at, r(1))).toMatchObject(r(1));
    expect(await claims.alarmClaim('a', at)).toMatchObject(r(1));
  });

  test('differs from the next change of the same alarm', async () => {
    await claims.claimAlarm('a', at, r(1));
    expect(await claims.claimAlarm('a', '2026-03-02T09:30:00.000Z', r(2))).toEqual(r(2));
  });

  test('has no claim before a rollback claims it', async () => {
    expect(await claims.alarmClaim('a', at)).toBeUndefined();
  });

  test('belongs to one rollback, however many claim it at once', async () => {
    const claimed = await Promise.all([1, 2, 3, 4, 5].map((n) => claims.claimAlarm('a', at, r(n))));
    expect(new Set(claimed.map(({ rollback }) => rollback)).size).toBe(1);
  });
});

describe('an open phase', () => {
  test('belongs to the first rollback until it is closed', async () => {
    expect(await claims.claimPhase(1, r(1))).toEqual(r(1));
    expect(await claims.claimPhase(1, r(2))).toMatchObject(r(1));
    await claims.releasePhase(1, 'r-1');
    expect(await claims.phaseClaim(1)).toBeUndefined();
    expect(await claims.claimPhase(1, r(2))).toEqual(r(2));
  });

  test('is not closed by another rollback', async () => {
    await claims.claimPhase(1, r(1));
    await claims.releasePhase(1, 'r-2');
    expect(await claims.phaseClaim(1)).toMatchObject(r(1));
  });

  test('may be closed twice, and without a claim', async () => {
    await claims.releasePhase(1, 'r-1');
    expect(await claims.phaseClaim(1)).toBeUndefined();
  });

  test('does not claim other phases', async () => {
    await claims.claimPhase(1, r(1));
    expect(await claims.claimPhase(2, r(2))).toEqual(r(2));
  });
});

describe('a start that waits for the live rollback of its phase', () => {
  beforeEach(async () => {
    await claims.claimPhase(1, r(1));
    await claims.watch(1, r(2));
  });

  test('is known, and takes the phase from nobody', async () => {
    expect(await claims.openOn(1)).toMatchObject({ whole: r(1), onHosts: [], watched: [r(2)] });
    expect(await claims.phaseClaim(1)).toMatchObject(r(1));
  });

  test('waits no longer once it has ended', async () => {
    await claims.releasePhase(1, 'r-2');
    expect((await claims.openOn(1)).watched).toEqual([]);
  });

  test('waits no longer once it is admitted', async () => {
    await claims.unwatch(1, 'r-2');
    expect((await claims.openOn(1)).watched).toEqual([]);
  });

  test('does not lose the claim that it was read from', async () => {
    const read = await claims.phaseClaim(1);
    await claims.watch(1, read ?? r(0));
    expect(await claims.openOn(1)).toMatchObject({ whole: r(1), watched: [r(1), r(2)] });
  });

  test('keeps its claim on a few hosts, which it has instead', async () => {
    await claims.claimHosts(1, r(2), ['host-1']);
    await claims.unwatch(1, 'r-2');
    expect(await claims.openOn(1)).toMatchObject({ onHosts: [{ ...r(2), only_hosts: ['host-1'] }], watched: [] });
  });
});
