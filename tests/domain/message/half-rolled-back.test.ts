import { describe, expect, test } from 'vitest';
import type { BrakeEvent } from '../../../domain/history/brake-event.ts';
import { type HalfRolledBack, leftAfter, stillHalf, whyHalf } from '../../../domain/message/half-rolled-back.ts';

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

describe('a resume of trading', () => {
  const resumed = (despite: string[]) => [{ type: 'Trading resumed', detail: { despite } }] as unknown as BrakeEvent[];

  test('is refused with both ways on', () => {
    expect(whyHalf([half], [], none)).toBe(
      'Trading stays halted: hosts may be half rolled back. Rollback r-1 of phase 1 stopped half way, ana released its fleet at 2026-03-02T09:30:00.000Z, and no rollback of phase 1 has ended well since. Unless a later deployment put it right, roll back: npm run rollback -- start --phase 1 --operator "YOUR NAME" . If a deployment put it right, or you have seen that every host is sound: npm run rollback -- resume --despite r-1 --operator "YOUR NAME" --reason "WHY"',
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
