import { NestedStack } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { HaltRule } from './halt-rule.ts';
import { Machine } from './machine.ts';
import { neverByHand } from './people/never-by-hand.ts';
import type { Product } from './people/person-policy.ts';
import { trader } from './people/trader.ts';
import { haltTheHosts } from './tasks/halt-the-hosts.ts';
import { recordTheHalt } from './tasks/record-the-halt.ts';
import { resumeTheHosts } from './tasks/resume-the-hosts.ts';
import type { TasksProps } from './tasks/task.ts';
import { makeCalledTasks, versionsOf } from './tasks/tasks.ts';
import { explain } from './wildcard.ts';

export interface TradingProps {
  readonly environment: Environment;
  readonly tasks: TasksProps;
  readonly bundles: Readonly<Record<string, string>>;
  readonly product: Product;
  /** Takes alarms that did not reach the machine halt. */
  readonly deadLetters: IQueue;
}

/** The machines of this stack. */
export const tradingMachines = ['halt', 'resume'] as const;

/**
 * The nested stack that halts trading and resumes it: two machines, their functions, and the policy of the people who may. A template
 * of its own, because of twenty phases the stack's would be full.
 */
export class Trading extends NestedStack {
  /** By name after `rollback-<environment>-`. */
  readonly machines: ReadonlyMap<string, StateMachine>;

  constructor(scope: Construct, id: string, { environment, tasks, bundles, product, deadLetters }: TradingProps) {
    super(scope, id, { description: 'Halts trading on every host and resumes it, apart from every rollback.' });
    const called = makeCalledTasks(this, [haltTheHosts, resumeTheHosts, recordTheHalt], tasks, bundles);
    const common = {
      environmentName: tasks.environmentName,
      environment,
      tasks: versionsOf(called),
      tell: tasks.operators.topic,
    };
    this.machines = new Map(
      tradingMachines.map((name) => {
        const definition = tasks.definitions[name] ?? '';
        return [name, new Machine(this, `Machine-${name}`, { ...common, name, definition }).stateMachine];
      }),
    );
    const machine = this.machines.get('halt');
    const halting = environment.trading?.halt_on_critical ?? [];
    const { phases, triggers, operators } = tasks;
    if (machine && halting.length > 0)
      new HaltRule(this, 'HaltOnCritical', {
        ...{ environment: tasks.environmentName, phases, triggers, machine, halting, deadLetters },
        tell: operators.topic,
      });
    const statements = [...trader.statements(this, product), ...neverByHand(this, product, trader)];
    const managedPolicyName = `rollback-${product.environment}-trader`;
    explain(
      new ManagedPolicy(this, 'trader', { managedPolicyName, description: trader.description, statements }),
      statements,
    );
  }
}
