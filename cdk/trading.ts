import { NestedStack } from 'aws-cdk-lib';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
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

  constructor(scope: Construct, id: string, { environment, tasks, bundles, product }: TradingProps) {
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
    const statements = [...trader.statements(this, product), ...neverByHand(this, product, trader)];
    const managedPolicyName = `rollback-${product.environment}-trader`;
    explain(
      new ManagedPolicy(this, 'trader', { managedPolicyName, description: trader.description, statements }),
      statements,
    );
  }
}
