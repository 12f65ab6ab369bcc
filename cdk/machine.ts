import { RemovalPolicy } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import { type CfnStateMachine, DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { acknowledge } from './acknowledge.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import { named } from './permissions.ts';
import { allow, wildcard } from './wildcard.ts';

export interface MachineProps {
  readonly environmentName: string;
  readonly environment: Environment;
  /** Its name after `rollback-<environment>-`, and its file in statemachines/rendered. */
  readonly name: string;
  /** The rendered Amazon States Language. */
  readonly definition: string;
  /** The functions a definition may call, by the `${Name}` it calls them. */
  readonly tasks: Readonly<Record<string, Version>>;
}

/** One state machine, exactly as rendered: what is reviewed is what the console draws. */
export class Machine extends Construct {
  readonly stateMachine: StateMachine;

  constructor(scope: Construct, id: string, props: MachineProps) {
    super(scope, id);
    const { environmentName, environment, name, definition } = props;
    const stateMachineName = `rollback-${environmentName}-${name}`;
    const { substitutions, calledTasks } = substitutionsOf(props);
    this.stateMachine = new StateMachine(this, 'Resource', {
      stateMachineName,
      role: machineRole(this, props, calledTasks),
      // From a string, so that the definition stays in the template; from a file it becomes an S3 asset.
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: substitutions,
      removalPolicy: RemovalPolicy.RETAIN,
      tracingEnabled: true,
      // The prefix keeps log delivery's resource policy from filling up (aws-cdk #28577).
      logs: {
        destination: new LogGroup(this, 'Log', {
          logGroupName: `/aws/vendedlogs/states/${stateMachineName}`,
          retention: environment.log_retention_days,
        }),
        level: LogLevel.ALL,
        // Whoever has a task token can answer for its task, so where there are tokens no data is logged.
        includeExecutionData: !definition.includes('.waitForTaskToken'),
      },
    });
    if (/"TimeoutSeconds": "\{%/.test(definition)) acceptComputedTimeout(this.stateMachine);
  }
}

/** Returns the value of each `${Name}` in the definition, and the tasks that it calls. Throws if a name has no value. */
function substitutionsOf({ environmentName, environment, name, definition, tasks }: MachineProps) {
  const settings = {
    Environment: environmentName,
    Fleet: environment.fleet.name,
    Tree: environment.host.tree,
    State: environment.host.state,
    FlagFolder: environment.host.flags,
    Redis: environment.host.redis,
  };
  const names = new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, word = '']) => word));
  const called = Object.entries(tasks).filter(([task]) => names.has(task));
  const given = { ...settings, ...Object.fromEntries(called.map(([task, version]) => [task, version.functionArn])) };
  const missing = [...names].filter((word) => !(word in given));
  if (missing.length > 0)
    throw new Error(
      `statemachines/rendered/${name}.asl.json names ${missing.join(', ')}, which cdk/machine.ts does not give.`,
    );
  return {
    substitutions: Object.fromEntries(Object.entries(given).filter(([word]) => names.has(word))),
    calledTasks: called.map(([task]) => task),
  };
}

/**
 * E3601 takes no JSONata for a Task's TimeoutSeconds, which Amazon States Language does (states-language.net, "Task State"; the CDK's Timeout.jsonata).
 * cfn-lint was mended for a Wait's Seconds alone (its #4343). What else E3601 would find, asl-validator does: tests/statemachines.
 */
const acceptComputedTimeout = (machine: StateMachine) =>
  (machine.node.defaultChild as CfnStateMachine).addMetadata('cfn-lint', { config: { ignore_checks: ['E3601'] } });

/** A string body grants nothing by itself. */
function machineRole(scope: Construct, { environmentName, name }: MachineProps, called: readonly string[]): Role {
  const ours = `rollback-${environmentName}-`;
  const role = new Role(scope, 'Role', {
    assumedBy: onBehalfOf(scope, 'states', named(scope, 'states', 'stateMachine', `${ours}${name}`)),
  });
  const anyVersion = 'Versions of this one function: executions that began before a deployment still call theirs.';
  allow(
    role,
    // By name: from a nested stack a reference would read otherwise to cdk-nag than to who acknowledges it.
    called.map((task) =>
      wildcard(anyVersion, {
        actions: ['lambda:InvokeFunction'],
        resources: [named(scope, 'lambda', 'function', `${ours}${kebab(task)}:*`)],
      }),
    ),
  );
  acknowledge(role, {
    'AwsSolutions-IAM5[Resource::*]':
      'Log delivery and X-Ray have no resource-level permissions (Step Functions guide, "Logging" and "X-Ray").',
  });
  return role;
}

/** `RunOnHosts` -> `run-on-hosts`, the function's folder and the end of its name. */
const kebab = (task: string) => task.replaceAll(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
