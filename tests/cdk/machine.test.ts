import { App, Stack } from 'aws-cdk-lib';
import { expect, test } from 'vitest';
import { Machine } from '../../cdk/machine.ts';
import { environmentSchema } from '../../domain/environment.ts';

const environment = environmentSchema.parse({
  account: '000000000000',
  region: 'us-east-1',
  fleet: { name: 'trading', tag: { key: 'rollback-fleet', value: 'trading' } },
  host: { tree: '/opt/trading', state: '/var/lib/rollback', flags: '/var/lib/appconfig' },
  confirm: { in_a_row: 3, every: '10s', give_up: '5m' },
});

test('a definition that calls what it was not given is refused by name', () => {
  const definition = '{"A": "${Fleet}", "B": "${RunOnHost}", "C": "${Regoin}"}';
  const make = () =>
    new Machine(new Stack(new App(), 'stack'), 'Machine', {
      environmentName: 'local',
      environment,
      name: 'phase-1',
      definition,
      tasks: {},
    });
  expect(make).toThrow(
    'statemachines/rendered/phase-1.asl.json names RunOnHost, Regoin, which cdk/machine.ts does not give.',
  );
});
