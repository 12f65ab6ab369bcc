import { NestedStack } from 'aws-cdk-lib';
import { AlarmRule, CompositeAlarm } from 'aws-cdk-lib/aws-cloudwatch';
import type { Construct, IDependable } from 'constructs';
import { monitoredPhases, monitorName, monitorRule } from '../domain/flags/monitors.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';

export interface FlagMonitorsProps {
  readonly environment: string;
  readonly phases: readonly number[];
  readonly triggers: Triggers;
  /** The parts of the stack that make the phases' alarms: CloudWatch takes a composite alarm only after those in its rule. */
  readonly after: readonly IDependable[];
}

/**
 * The alarms by which AppConfig takes a flag's value back while it rolls out: one per phase, at most five.
 *
 * They have no action and start nothing. The function seed-flags makes them monitors of the normal layer
 * (docs/decisions/monitors-of-flags.md).
 */
export class FlagMonitors extends NestedStack {
  constructor(scope: Construct, id: string, { environment, phases, triggers, after }: FlagMonitorsProps) {
    super(scope, id, { description: 'The alarms by which AppConfig takes back a flag that rolls out.' });
    this.node.addDependency(...after);
    for (const group of monitoredPhases(phases)) {
      const name = monitorName(environment, group);
      new CompositeAlarm(this, name, {
        compositeAlarmName: name,
        alarmDescription: `An alarm of phase ${group.join(', ')} is red: AppConfig takes back a flag that rolls out. docs/runbook.md#flag-rolled-back`,
        alarmRule: AlarmRule.fromString(monitorRule(environment, group, triggers)),
      });
    }
  }
}
