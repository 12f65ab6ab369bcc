import { beforeAll, describe, expect, test } from 'vitest';
import { triggers } from '../../domain/trigger.ts';
import { localStack, reviewedSynthesis } from './synthesized.ts';

type Schedule = {
  readonly Name: string;
  readonly GroupName: string;
  readonly ScheduleExpression: string;
  readonly ScheduleExpressionTimezone: string;
  readonly FlexibleTimeWindow: unknown;
  readonly Target: { readonly Input: string; readonly Arn: unknown; readonly RoleArn: unknown };
};

let synthesis: Awaited<ReturnType<typeof reviewedSynthesis>>;
let schedules: Schedule[];
beforeAll(async () => {
  synthesis = await reviewedSynthesis('production');
  schedules = synthesis
    .stack()
    .ofType('AWS::Scheduler::Schedule')
    .map(({ Properties }) => Properties as Schedule)
    .filter(({ Name }) => Name !== 'rollback-production-files');
}, 120_000);

describe('production drills', () => {
  test('each pair of trigger and phase once a month, each on a day of its own', () => {
    const names = [1, 2, 3, 4].flatMap((phase) => triggers.map((one) => `rollback-production-drill-${phase}-${one}`));
    expect(schedules.map(({ Name }) => Name).toSorted()).toEqual(names.toSorted());
    expect(new Set(schedules.map(({ ScheduleExpression }) => ScheduleExpression)).size).toBe(24);
  });

  test.each([0, 23])('from 02:00 UTC on, at a random moment within two hours: schedule %i', (i) => {
    expect(schedules[i]).toMatchObject({
      ScheduleExpression: expect.stringMatching(/^cron\(0 2 ([1-9]|1\d|2[0-8]) \* \? \*\)$/),
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 120 },
    });
  });

  test('in the mode that changes nothing, and never in another', () => {
    for (const { Name, Target } of schedules)
      expect(JSON.parse(Target.Input)).toEqual({
        mode: 'simulate',
        trigger: triggers.find((one) => Name.endsWith(`-${one}`)),
        reason: 'the monthly drill',
      });
  });

  test('with roles that only the group of the phase may assume', () => {
    const roles = synthesis
      .stack()
      .ofType('AWS::IAM::Role')
      .map(({ Properties }) => JSON.stringify(Properties['AssumeRolePolicyDocument']))
      .filter((policy) => policy.includes('scheduler.amazonaws.com'));
    expect(roles).toHaveLength(5);
    expect(roles.filter((policy) => !/schedule-group\/rollback-production-(drills-[1-4]|files)"/.test(policy))).toEqual(
      [],
    );
  });
});

test('production reads all files of all hosts once a day, in the hour that its file names', () => {
  const [schedule, ...others] = synthesis
    .stack()
    .ofType('AWS::Scheduler::Schedule')
    .map(({ Properties }) => Properties as Schedule)
    .filter(({ Name }) => Name === 'rollback-production-files');
  expect(others).toEqual([]);
  expect(schedule).toMatchObject({
    ScheduleExpression: 'cron(0 5 * * ? *)',
    FlexibleTimeWindow: { Mode: 'FLEXIBLE', MaximumWindowInMinutes: 60 },
    Target: { Input: '{"check":"files"}' },
  });
});

test('an environment without drills has no schedule', async () => {
  expect((await localStack()).ofType('AWS::Scheduler::Schedule')).toEqual([]);
});
