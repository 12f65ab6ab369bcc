import { App, Stack } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { Topic } from 'aws-cdk-lib/aws-sns';
import { expect, test } from 'vitest';
import { Machine } from '../../cdk/machine.ts';
import { environmentSchema } from '../../domain/infra/environment.ts';

const environment = environmentSchema.parse({
  account: '000000000000',
  region: 'us-east-1',
  fleet: { name: 'trading', tag: { key: 'rollback-fleet', value: 'trading' } },
  host: { tree: '/opt/trading', state: '/var/lib/rollback', flags: '/var/lib/appconfig', redis: '/run/redis.sock' },
  confirm: { in_a_row: 3, every: '10s', give_up: '5m' },
});

const machine = (stack: Stack, definition: string) =>
  new Machine(stack, 'Machine', {
    environmentName: 'local',
    environment,
    name: 'phase-1',
    definition,
    tasks: {},
    tell: new Topic(stack, 'Topic'),
  });

test.each([
  ['arn:aws:states:::lambda:invoke', true],
  ['arn:aws:states:::lambda:invoke.waitForTaskToken', false],
])(
  'a machine that calls %s logs data: %s, because a reader of a task token could complete the task',
  (Resource, logged) => {
    const stack = new Stack(new App({ builtinCloudFormationValidation: false }), 'stack');
    machine(stack, JSON.stringify({ States: { Ask: { Type: 'Task', Resource } } }));
    Template.fromStack(stack).hasResourceProperties('AWS::StepFunctions::StateMachine', {
      LoggingConfiguration: { IncludeExecutionData: logged, Level: 'ALL' },
    });
  },
);

test('a definition with an unknown name is refused, with that name', () => {
  const definition = '{"A": "${Fleet}", "B": "${RunOnHost}", "C": "${Regoin}"}';
  const make = () => machine(new Stack(new App({ builtinCloudFormationValidation: false }), 'stack'), definition);
  expect(make).toThrow(
    'statemachines/rendered/phase-1.asl.json uses RunOnHost, Regoin, but cdk/machine.ts has no value for it. Correct the name, or add its value there.',
  );
});
