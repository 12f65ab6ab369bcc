import { describe, expect, test } from 'vitest';
import type { BrakeEvent } from '../../../domain/history/brake-event.ts';
import {
  type DeployedSince,
  type HalfRolledBack,
  leftAfter,
  leftAfterDeployed,
  stillHalf,
  whyHalf,
} from '../../../domain/message/half-rolled-back.ts';

const half: HalfRolledBack = {
  rollback: 'r-1',
  execution_arn: 'arn:aws:states:eu-west-1:000000000000:execution:rollback-local-phase-1:r-1',
  left: [1],
  only_hosts: null,
  released_by: 'ana',
  released_at: '2026-03-02T09:30:00.000Z',
};
const hosts = [1, 2].map((n) => ({ instance_id: `i-${n}`, name: `host-${n}` }));
const none = { despite: [], words: '' };
const whole = { hosts, only_hosts: null };
const onOne = { hosts: hosts.slice(0, 1), only_hosts: ['host-1'] };

describe('after a rollback that ended well, a half rolled back fleet', () => {
  const onHost1 = { ...half, only_hosts: ['i-1'] };

  test.each<[string, HalfRolledBack | null, Parameters<typeof leftAfter>]>([
    ['has nothing left, if it was of the same phase', null, [half, { phase: 1 }, whole]],
    ['has nothing left, if it was of several phases', null, [half, { phase: 1, phases: [3, 1] }, whole]],
    ['is the same, if it was of another phase', half, [half, { phase: 3 }, whole]],
    ['is the same, if it was of some hosts only', half, [half, { phase: 1 }, onOne]],
    ['has nothing left, if it was of the same hosts', null, [onHost1, { phase: 1 }, onOne]],
    ['keeps the phases that nobody has done', { ...half, left: [1] }, [{ ...half, left: [3, 1] }, { phase: 3 }, whole]],
  ])('%s', (_, left, given) => expect(leftAfter(...given)).toEqual(left));
});

describe('after a deployment, a half rolled back fleet', () => {
  const verified = { verified: true, why: 'no alarm was red' };
  const good = { version: 'v1.5.0', at: '2026-03-02T10:00:00.000Z', watched: verified };
  const bad = { version: 'v1.4.0', at: '2026-03-02T09:00:00.000Z' };
  const blocks = [
    { id: 'b', phase: 1, version: 'v1.3.9', operator: 'ana', reason: 'corrupts', at: '2026-03-01T09:00:00.000Z' },
  ];
  const onTwo = { ...half, only_hosts: ['host-1', 'host-2'] };
  const since = (one: object, agreed_at: string | null = '2026-03-02T11:00:00.000Z', phase = 1): DeployedSince => ({
    deployed: [{ phase, recent: [{ ...good, ...one }, bad], blocks }],
    agreed_at,
  });

  test.each<[string, HalfRolledBack | null, HalfRolledBack, DeployedSince]>([
    ['has nothing left, if it is verified and every host agrees', null, half, since({})],
    ['keeps its other phases', { ...half, left: [3] }, { ...half, left: [3, 1] }, since({})],
    ['has nothing left, if it reached all of its hosts', null, onTwo, since({ hosts: ['host-2', 'host-1'] })],
    ['is the same, if it reached some of them', onTwo, onTwo, since({ hosts: ['host-1'] })],
    ['is the same, if only the canary group got it', half, half, since({ hosts: ['host-1'] })],
    ['is the same, if it came before the release', half, half, since({ at: '2026-03-02T09:29:00.000Z' })],
    ['is the same, if it is not judged yet', half, half, since({ watched: undefined })],
    ['is the same, if an alarm was red since', half, half, since({ watched: { ...verified, verified: false } })],
    ['is the same, if a rollback undid it', half, half, since({ rolled_back: { rollback: 'r-2', at: 'x' } })],
    ['is the same, if a host differs or is silent', half, half, since({}, null)],
    ['is the same, if hosts were compared before only', half, half, since({}, '2026-03-02T09:59:00.000Z')],
    ['is the same, if it was of another phase', half, half, since({}, undefined, 3)],
    ['is the same, if it brought the version that was being taken back', half, half, since({ version: 'v1.4.0' })],
    ['is the same, if it brought a blocked version', half, half, since({ version: 'v1.3.9' })],
  ])('%s', (_, left, ...given) => expect(leftAfterDeployed(...given)).toEqual(left));
});

describe('a resume of trading', () => {
  const resumed = (despite: string[]) => [{ type: 'Trading resumed', detail: { despite } }] as unknown as BrakeEvent[];

  test('is refused with both ways on', () => {
    expect(whyHalf([half], [], none)).toBe(
      'Trading stays halted: hosts may run a bad version or be half rolled back. Rollback r-1 of phase 1 stopped half way, ana released its fleet at 2026-03-02T09:30:00.000Z, and no rollback of phase 1 has ended well since. A later deployment of another version lifts this once it is verified and every host agrees. Otherwise roll back: npm run rollback -- start --phase 1 --operator "YOUR NAME" . If you have seen that every host is sound: npm run rollback -- resume --despite r-1 --operator "YOUR NAME" --reason "WHY"',
    );
  });

  test('is refused if the person knows of another one only', () => {
    expect(whyHalf([half, { ...half, rollback: 'r-2' }], [], { ...none, despite: ['r-1'] })).toContain(
      'Rollback r-2 of phase 1',
    );
  });

  test('is not refused if the person knows of it, or if there is none', () => {
    expect(whyHalf([half], [], { ...none, despite: ['r-1'] })).toBeUndefined();
    expect(whyHalf([], [], none)).toBeUndefined();
  });

  test('asks no more once people have resumed knowing of it', () => {
    expect(stillHalf([half], resumed(['r-1']))).toEqual([]);
    expect(stillHalf([half], resumed(['r-2']))).toEqual([half]);
  });
});

test('the fleet of several phases is finished phase by phase', () => {
  expect(whyHalf([{ ...half, left: [4, 3], only_hosts: ['host-2'] }], [], none)).toContain(
    'roll back: npm run rollback -- start --phase 4 --only-hosts host-2 --operator "YOUR NAME" --no-wait , and right after it: npm run rollback -- start --phase 3 --only-hosts host-2 --operator "YOUR NAME"',
  );
});
