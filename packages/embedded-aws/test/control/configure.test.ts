import { describe, expect, test } from 'vitest';
import { addMonitor, configureFunctions } from '../../src/control/configure.ts';
import type { Services } from '../../src/services.ts';

type Monitored = Pick<Services, 'flags' | 'alarms'>;

/** Makes one flag environment and one alarm. */
function flagged() {
  const environment = { name: 'local-safety', monitors: [] as { AlarmArn: string }[] };
  const flags = { state: { environments: new Map([['e1', environment]]) } };
  const alarm = { name: 'rollback-local-phase-1-system_failure', arn: 'arn:aws:cloudwatch:::alarm:one' };
  const alarms = { state: { alarms: new Map([[alarm.name, alarm]]) } };
  return { environment, services: { flags, alarms } as unknown as Monitored };
}

describe('a monitor', () => {
  test('is added to an environment, with the alarm that the name ends', () => {
    const { environment, services } = flagged();
    addMonitor(services, { environment: 'local-safety', alarm: 'phase-1-system_failure' });
    expect(environment.monitors).toEqual([{ AlarmArn: 'arn:aws:cloudwatch:::alarm:one', injected: true }]);
  });

  test('of an unknown environment or alarm is refused with the known names', () => {
    const { services } = flagged();
    expect(() => addMonitor(services, { environment: 'local', alarm: 'phase-1-system_failure' })).toThrow(
      'There is no flag environment local; there are local-safety.',
    );
    expect(() => addMonitor(services, { environment: 'local-safety', alarm: 'phase-9' })).toThrow(
      'There is no alarm phase-9.',
    );
  });
});

describe('the variables of functions', () => {
  const functionsWith = (environment: Record<string, string>) => {
    const configured: unknown[] = [];
    const functions = {
      list: () => [{ name: 'open', environment }],
      configure: (...one: unknown[]) => void configured.push(one),
    };
    return { configured, services: { functions } as unknown as Pick<Services, 'functions'> };
  };

  test('are merged field by field', () => {
    const { configured, services } = functionsWith({ TABLE: 't', SETTINGS: '{"trust":"auto","budget":3}' });
    configureFunctions(services, { variable: 'SETTINGS', merge: { trust: 'approve' } });
    expect(configured).toEqual([['open', { TABLE: 't', SETTINGS: '{"trust":"approve","budget":3}' }]]);
  });

  test('keep the fields of an object inside that are not named', () => {
    const { configured, services } = functionsWith({ SETTINGS: '{"brakes":{"budget":3,"most":1}}' });
    configureFunctions(services, { variable: 'SETTINGS', merge: { brakes: { most: 2, hosts: { within: 60 } } } });
    expect(configured).toEqual([['open', { SETTINGS: '{"brakes":{"budget":3,"most":2,"hosts":{"within":60}}}' }]]);
  });

  test('that no function has are refused', () => {
    const { services } = functionsWith({ TABLE: 't' });
    expect(() => configureFunctions(services, { variable: 'SETTINGS', merge: {} })).toThrow(
      'No function has the variable SETTINGS.',
    );
  });
});
