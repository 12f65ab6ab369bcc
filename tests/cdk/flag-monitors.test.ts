import { describe, expect, test } from 'vitest';
import { readInfra } from '../../config/infra.ts';
import { localStack } from './synthesized.ts';

const stack = await localStack();
const composites = stack.ofType('AWS::CloudWatch::CompositeAlarm');
const metricAlarms = stack.ofType('AWS::CloudWatch::Alarm').map(({ Properties }) => String(Properties['AlarmName']));
const seeding = stack
  .ofType('AWS::Lambda::Function')
  .find(({ Properties }) => Properties['FunctionName'] === 'rollback-local-seed-flags');
if (!seeding) throw new Error('There is no function seed-flags.');
const variables = (seeding.Properties['Environment'] as { Variables: Record<string, unknown> }).Variables;

describe('the monitors of flags', () => {
  test('are one composite alarm per phase, over every alarm of the phase', () => {
    const phases = readInfra().runbooks.map(({ phase }) => phase);
    expect(composites.map(({ Properties }) => Properties['AlarmName'])).toEqual(
      phases.map((phase) => `rollback-local-flags-phase-${phase}`),
    );
    const watched = composites.flatMap(({ Properties }) =>
      [...String(Properties['AlarmRule']).matchAll(/ALARM\("([^"]+)"\)/g)].map(([, name]) => name),
    );
    expect(watched.toSorted()).toEqual(
      metricAlarms.filter((name) => /^rollback-local-phase-\d+-[a-z]+_/.test(name)).toSorted(),
    );
  });

  test('are those of the normal layer that the function sets', () => {
    const monitors = JSON.parse(stack.shown(variables['FLAG_MONITORS'])) as { readonly AlarmArn: string }[];
    expect(monitors.map(({ AlarmArn }) => AlarmArn.split(':alarm:')[1])).toEqual(
      composites.map(({ Properties }) => Properties['AlarmName']),
    );
  });

  test('have actions, which nothing is called by: AppConfig ignores an alarm whose actions are disabled', () => {
    for (const { Properties } of composites) {
      expect(Properties['ActionsEnabled'] ?? true).toBe(true);
      expect(Properties).not.toHaveProperty('AlarmActions');
    }
  });

  test('are in no template of an environment, so that the safety layer has none', () => {
    for (const { Properties } of stack.ofType('AWS::AppConfig::Environment'))
      expect(Properties).not.toHaveProperty('Monitors');
  });
});
