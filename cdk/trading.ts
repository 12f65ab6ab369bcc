import { Duration, NestedStack } from 'aws-cdk-lib';
import { Rule, RuleTargetInput, Schedule } from 'aws-cdk-lib/aws-events';
import { LambdaFunction } from 'aws-cdk-lib/aws-events-targets';
import { ManagedPolicy } from 'aws-cdk-lib/aws-iam';
import type { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import type { DeadLetters, deadLetterQueues } from './dead-letters.ts';
import { neverRetried } from './every-minute.ts';
import { HaltRule } from './halt-rule.ts';
import { Machine } from './machine.ts';
import { neverByHand } from './people/never-by-hand.ts';
import type { Product } from './people/person-policy.ts';
import { trader } from './people/trader.ts';
import { haltTheHosts } from './tasks/halt-the-hosts.ts';
import { recordTheHalt } from './tasks/record-the-halt.ts';
import { resumeTheHosts } from './tasks/resume-the-hosts.ts';
import type { TasksProps } from './tasks/task.ts';
import type { TaskFunction } from './tasks/task-function.ts';
import { type Tasks, versionsOf } from './tasks/tasks.ts';
import { explain } from './wildcard.ts';

export interface TradingProps {
  readonly environment: Environment;
  readonly tasks: Tasks;
  /** All that the functions are made from. */
  readonly given: TasksProps;
  readonly product: Product;
  /** They take alarms that did not reach the machine halt, and what failed of the look for halts that nobody recorded. */
  readonly queues: Pick<ReturnType<typeof deadLetterQueues>, 'ofAlarms' | 'ofReconcile'>;
}

/** The machines of this stack. */
export const tradingMachines = ['halt', 'resume'] as const;

/**
 * The nested stack that halts trading and resumes it: two machines, their functions, and the policy of the people who may. A template
 * of its own, because of twenty phases the stack's would be full.
 */
export class Trading extends NestedStack {
  constructor(scope: Construct, id: string, props: TradingProps) {
    super(scope, id, { description: 'Halts trading on every host and resumes it, apart from every rollback.' });
    const { environment, tasks, given, product, queues } = props;
    const called = tasks.calledIn(this, [haltTheHosts, resumeTheHosts, recordTheHalt]);
    const common = {
      environmentName: given.environmentName,
      environment,
      tasks: versionsOf(called),
      tell: given.operators.topic,
    };
    const machines = new Map(
      tradingMachines.map((name) => {
        const definition = given.definitions[name] ?? '';
        return [name, new Machine(this, `Machine-${name}`, { ...common, name, definition }).stateMachine];
      }),
    );
    const machine = machines.get('halt');
    const halting = environment.trading?.halt_on_critical ?? [];
    const { phases, triggers, operators } = given;
    if (machine && halting.length > 0)
      new HaltRule(this, 'HaltOnCritical', {
        ...{
          environment: given.environmentName,
          phases,
          triggers,
          machine,
          halting,
          deadLetters: queues.ofAlarms.ofRules,
        },
        tell: operators.topic,
      });
    lookForUntoldHalts(this, called, { environment: given.environmentName, deadLetters: queues.ofReconcile });
    const statements = [...trader.statements(this, product), ...neverByHand(this, product, trader)];
    const managedPolicyName = `rollback-${product.environment}-trader`;
    explain(
      new ManagedPolicy(this, 'trader', { managedPolicyName, description: trader.description, statements }),
      statements,
    );
  }
}

/** Looks every two minutes for halts whose execution was stopped before people knew their result: their machine can tell nobody any more. */
function lookForUntoldHalts(
  scope: Construct,
  called: readonly TaskFunction[],
  { environment, deadLetters }: { readonly environment: string; readonly deadLetters: DeadLetters },
): void {
  const fn = called.find(({ name }) => name === recordTheHalt.name)?.fn;
  if (!fn) return;
  new Rule(scope, 'UntoldHalts', {
    ruleName: `rollback-${environment}-untold-halts`,
    description: 'Looks for halts whose execution was stopped before people knew their result.',
    schedule: Schedule.rate(Duration.minutes(2)),
    targets: [
      new LambdaFunction(fn, {
        event: RuleTargetInput.fromObject({ look: 'untold halts' }),
        maxEventAge: Duration.minutes(1),
        retryAttempts: 0,
        deadLetterQueue: deadLetters.ofRules,
      }),
    ],
  });
  neverRetried(fn, deadLetters);
}
