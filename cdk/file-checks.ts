import { Stack } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule, CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { windowOf } from './drill-schedules.ts';
import { onBehalfOf } from './on-behalf-of.ts';

export interface FileChecksProps {
  readonly environment: string;
  readonly files: NonNullable<Environment['fleet_truth']['files']>;
  /** The machine that checks hosts. */
  readonly look: StateMachine;
}

/**
 * Has every host read all its files once a day. EventBridge Scheduler chooses the moment within the window at random. A start
 * that is lost is made up for by the next day's.
 */
export class FileChecks extends Construct {
  constructor(scope: Construct, id: string, { environment, files, look }: FileChecksProps) {
    super(scope, id);
    const [hour, minute] = files.from.split(':').map(Number);
    const group = `rollback-${environment}-files`;
    const resource = new CfnScheduleGroup(this, 'Group', { name: group });
    const groupArn = Stack.of(this).formatArn({
      ...{ service: 'scheduler', resource: 'schedule-group', resourceName: group },
    });
    const role = new Role(this, 'Role', { assumedBy: onBehalfOf(this, 'scheduler', groupArn) });
    look.grantStartExecution(role);
    new CfnSchedule(this, 'Resource', {
      ...{ name: `rollback-${environment}-files`, groupName: group },
      description: 'Reads all files of all hosts once a day, and compares them with their commit.',
      scheduleExpression: `cron(${minute} ${hour} * * ? *)`,
      scheduleExpressionTimezone: 'UTC',
      flexibleTimeWindow: windowOf(files.within),
      target: {
        ...{ arn: look.stateMachineArn, roleArn: role.roleArn, input: JSON.stringify({ check: 'files' }) },
        retryPolicy: { maximumEventAgeInSeconds: 3600, maximumRetryAttempts: 3 },
      },
    }).addResourceDependency(resource);
  }
}
