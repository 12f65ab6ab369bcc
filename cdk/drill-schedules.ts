import { Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { DrillDay } from '../domain/drill/drill-days.ts';
import type { Environment } from '../domain/infra/environment.ts';
import { onBehalfOf } from './on-behalf-of.ts';

export interface DrillSchedulesProps {
  readonly environment: string;
  readonly phase: number;
  /** The days of this phase's pairs. */
  readonly days: readonly DrillDay[];
  readonly drills: NonNullable<Environment['drills']>;
  readonly machine: StateMachine;
}

/**
 * Drills a phase once a month for each trigger. EventBridge Scheduler chooses the moment within the window at random.
 *
 * A start that is lost is not retried for long and has no dead letters: the alarm drill-overdue finds the pair.
 */
export class DrillSchedules extends Construct {
  constructor(scope: Construct, id: string, { environment, phase, days, drills, machine }: DrillSchedulesProps) {
    super(scope, id);
    const [hour, minute] = drills.from.split(':').map(Number);
    const group = `rollback-${environment}-drills-${phase}`;
    const resource = new CfnScheduleGroup(this, 'Group', { name: group });
    // Scheduler names the group as the source, and never one schedule (Scheduler guide, "Confused deputy prevention").
    const groupArn = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule-group',
      resourceName: group,
    });
    const role = new Role(this, 'Role', { assumedBy: onBehalfOf(this, 'scheduler', groupArn) });
    machine.grantStartExecution(role);
    for (const { trigger, day } of days)
      new CfnSchedule(this, trigger, {
        name: `rollback-${environment}-drill-${phase}-${trigger}`,
        groupName: group,
        description: `DRILL of phase ${phase} for ${trigger}, once a month.`,
        scheduleExpression: `cron(${minute} ${hour} ${day} * ? *)`,
        scheduleExpressionTimezone: 'UTC',
        flexibleTimeWindow: windowOf(drills.within),
        target: {
          arn: machine.stateMachineArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ mode: 'simulate', trigger, reason: 'the monthly drill' }),
          retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
        },
      }).addResourceDependency(resource);
  }
}

/** Scheduler takes whole minutes, from 1 to 1,440 (Scheduler API, FlexibleTimeWindow). */
export const windowOf = (seconds: number): CfnSchedule.FlexibleTimeWindowProperty =>
  seconds < 60 ? { mode: 'OFF' } : { mode: 'FLEXIBLE', maximumWindowInMinutes: Math.floor(seconds / 60) };
