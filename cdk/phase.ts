import { NestedStack } from 'aws-cdk-lib';
import type { Version } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { DrillDay } from '../domain/drill/drill-days.ts';
import type { Environment } from '../domain/infra/environment.ts';
import type { Triggers } from '../domain/infra/triggers-file.ts';
import { DrillSchedules } from './drill-schedules.ts';
import { Machine } from './machine.ts';
import { PhaseAlarms } from './phase-alarms.ts';
import { PhaseRule } from './phase-rule.ts';

export interface PhaseProps {
  readonly environmentName: string;
  readonly environment: Environment;
  readonly phase: number;
  /** The rendered machine. */
  readonly definition: string;
  readonly triggers: Triggers;
  readonly tasks: Readonly<Record<string, Version>>;
  readonly deadLetters: IQueue;
  /** The days on which this phase is drilled, if the environment schedules drills. */
  readonly drillDays: readonly DrillDay[];
  readonly tell: ITopic;
}

/**
 * The nested stack of one phase: its machine, its alarms, and the rules between them.
 *
 * One template may have 500 resources and a megabyte, and twenty phases would exceed both; see
 * docs/decisions/stack-per-phase.md.
 */
export class Phase extends NestedStack {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: PhaseProps) {
    const { environmentName, environment, phase, definition, triggers, tasks, deadLetters, tell, drillDays } = props;
    super(scope, id, { description: `The rollback of phase ${phase}: its machine, alarms and rules.` });
    const named = { environment: environmentName, phase, triggers };
    const name = `phase-${phase}`;
    this.stateMachine = new Machine(this, 'Machine', {
      environmentName,
      environment,
      name,
      definition,
      tasks,
      tell,
    }).stateMachine;
    const { drills } = environment;
    if (drills)
      new DrillSchedules(this, 'Drills', {
        ...{ environment: environmentName, phase, days: drillDays, drills },
        machine: this.stateMachine,
      });
    new PhaseAlarms(this, 'Alarms', named);
    new PhaseRule(this, 'Rule', { ...named, machine: this.stateMachine, deadLetters, tell });
  }
}
