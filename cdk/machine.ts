import { RemovalPolicy } from 'aws-cdk-lib';
import { Role } from 'aws-cdk-lib/aws-iam';
import type { Version } from 'aws-cdk-lib/aws-lambda';
import { LogGroup } from 'aws-cdk-lib/aws-logs';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import { type CfnStateMachine, DefinitionBody, LogLevel, StateMachine } from 'aws-cdk-lib/aws-stepfunctions';
import { Construct } from 'constructs';
import type { Environment } from '../domain/infra/environment.ts';
import { holdSettings } from '../domain/infra/hold.ts';
import { protectedWords } from '../domain/infra/protected.ts';
import { tradingSettings } from '../domain/infra/trading.ts';
import { acknowledge } from './acknowledge.ts';
import { machineAlarms } from './machine-alarms.ts';
import { onBehalfOf } from './on-behalf-of.ts';
import { named } from './permissions.ts';
import { allow, wildcard } from './wildcard.ts';

export interface MachineProps {
  readonly environmentName: string;
  readonly environment: Environment;
  /** The machine's name after `rollback-<environment>-`, and its file in statemachines/rendered. */
  readonly name: string;
  /** The rendered Amazon States Language. */
  readonly definition: string;
  /** The functions that a definition may call, by the `${Name}` in the definition. */
  readonly tasks: Readonly<Record<string, Version>>;
  /** Hears the machine's alarms. */
  readonly tell: ITopic;
}

/** One state machine with its alarms, deployed exactly as rendered: the reviewed file is the one that the console draws. */
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
        // A reader of a task token could complete its task, so a machine with tokens logs no data.
        includeExecutionData: !definition.includes('.waitForTaskToken'),
      },
    });
    machineAlarms(this, { environment: environmentName, tell: props.tell }, { name, machine: this.stateMachine });
    if (/"TimeoutSeconds": "\{%/.test(definition)) acceptComputedTimeout(this.stateMachine);
  }
}

/** Returns the value of each `${Name}` in a definition that is no function. */
export const environmentSettings = (
  environmentName: string,
  { fleet, host, trading, hold, load, fleet_truth }: Environment,
): Readonly<Record<string, string>> => ({
  Environment: environmentName,
  Fleet: fleet.name,
  Tree: host.tree,
  State: host.state,
  FlagFolder: host.flags,
  Redis: host.redis,
  Protected: protectedWords(host.protected),
  Python: host.python,
  Build: fleet_truth.build ?? '',
  Process: fleet_truth.process ?? '',
  ...holdSettings(hold),
  ...tradingSettings(trading),
  LoadScript: load?.script ?? '',
  LoadArguments: load?.arguments.join(' ') ?? '',
});

/** Returns the value of each `${Name}` in the definition, and the tasks that it calls. Throws if a name has no value. */
function substitutionsOf({ environmentName, environment, name, definition, tasks }: MachineProps) {
  const settings = environmentSettings(environmentName, environment);
  const names = new Set([...definition.matchAll(/\$\{(\w+)\}/g)].map(([, word = '']) => word));
  const called = Object.entries(tasks).filter(([task]) => names.has(task));
  const given = { ...settings, ...Object.fromEntries(called.map(([task, version]) => [task, version.functionArn])) };
  const missing = [...names].filter((word) => !(word in given));
  if (missing.length > 0)
    throw new Error(
      `statemachines/rendered/${name}.asl.json uses ${missing.join(', ')}, but cdk/machine.ts has no value for it. Correct the name, or add its value there.`,
    );
  return {
    substitutions: Object.fromEntries(Object.entries(given).filter(([word]) => names.has(word))),
    calledTasks: called.map(([task]) => task),
  };
}

/**
 * Ignores rule E3601 of cfn-lint, because it refuses JSONata in a Task's TimeoutSeconds.
 *
 * Amazon States Language allows it there (states-language.net, "Task State"; the CDK's Timeout.jsonata). cfn-lint was
 * fixed only for the Seconds of a Wait (its #4343). asl-validator finds the other mistakes of E3601: tests/statemachines.
 */
const acceptComputedTimeout = (machine: StateMachine) =>
  (machine.node.defaultChild as CfnStateMachine).addMetadata('cfn-lint', { config: { ignore_checks: ['E3601'] } });

/** Creates the machine's role. A definition from a string grants no right by itself. */
function machineRole(scope: Construct, { environmentName, name }: MachineProps, called: readonly string[]): Role {
  const ours = `rollback-${environmentName}-`;
  const role = new Role(scope, 'Role', {
    assumedBy: onBehalfOf(scope, 'states', named(scope, 'states', 'stateMachine', `${ours}${name}`)),
  });
  const anyVersion =
    'Versions of this one function: an execution that began before a deployment still calls its own version.';
  allow(
    role,
    // By name, because cdk-nag and the acknowledgement would write a reference from a nested stack differently.
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

/** Returns a function's folder and the end of its name: `RunOnHosts` -> `run-on-hosts`. */
const kebab = (task: string) => task.replaceAll(/(?!^)[A-Z]/g, (letter) => `-${letter}`).toLowerCase();
