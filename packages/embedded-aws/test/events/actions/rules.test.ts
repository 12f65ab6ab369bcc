import { describe, expect, test } from 'vitest';
import { alarmEvent, alarmRule, FUNCTION, machine, person, RULE_ARN, SmallBus } from '../small-bus.ts';

/** Creates a bus with a rule on alarms and a rule that runs every minute. */
function bus() {
  const made = new SmallBus();
  made.make({ ...alarmRule, Description: 'Starts phase 1.' });
  made.make({ Name: 'every-minute', ScheduleExpression: 'rate(1 minute)', Targets: [{ Id: 'f', Arn: FUNCTION }] });
  return made;
}

const described = {
  Name: 'phase-1',
  Arn: `${RULE_ARN}phase-1`,
  Description: 'Starts phase 1.',
  EventPattern: '{"source":["aws.cloudwatch"],"detail":{"state":{"value":["ALARM"]}}}',
  State: 'ENABLED',
  EventBusName: 'default',
};

describe('DescribeRule', () => {
  test('returns a rule', async () => {
    const { state, actions } = bus().events;
    expect(await actions.DescribeRule.run(state, { Name: 'phase-1' }, person)).toEqual(described);
  });

  test('refuses an unknown rule with ResourceNotFoundException', () => {
    const { state, actions } = bus().events;
    expect(() => actions.DescribeRule.run(state, { Name: 'nobody' }, person)).toThrow(
      expect.objectContaining({ code: 'ResourceNotFoundException' }),
    );
  });

  test('needs events:DescribeRule on the rule', () => {
    const { state, actions } = bus().events;
    expect(actions.DescribeRule.needs(state, { Name: 'phase-1' })).toEqual([
      { action: 'events:DescribeRule', resource: `${RULE_ARN}phase-1` },
    ]);
  });
});

describe('ListRules', () => {
  test('lists the rules by name', async () => {
    const { state, actions } = bus().events;
    const { Rules } = await actions.ListRules.run(state, {}, person);
    expect(Rules.map(({ Name }) => Name)).toEqual(['every-minute', 'phase-1']);
  });

  test('lists the rules with a prefix', async () => {
    const { state, actions } = bus().events;
    expect(await actions.ListRules.run(state, { NamePrefix: 'phase-' }, person)).toEqual({ Rules: [described] });
  });

  test('returns pages', async () => {
    const { state, actions } = bus().events;
    const { NextToken = '' } = await actions.ListRules.run(state, { Limit: 1 }, person);
    expect(await actions.ListRules.run(state, { Limit: 1, NextToken }, person)).toEqual({ Rules: [described] });
  });
});

test('ListTargetsByRule returns targets as they were defined', async () => {
  const { state, actions } = bus().events;
  expect(await actions.ListTargetsByRule.run(state, { Rule: 'phase-1' }, person)).toEqual({ Targets: [machine] });
});

describe('DisableRule', () => {
  test('stops events to the rule until EnableRule', async () => {
    const made = bus();
    const { state, actions, publish } = made.events;
    actions.DisableRule.run(state, { Name: 'phase-1' }, person);
    publish(alarmEvent('ALARM'));
    await made.until(10);
    actions.EnableRule.run(state, { Name: 'phase-1' }, person);
    publish(alarmEvent('ALARM'));
    await made.until(10);
    expect(made.started.map(({ second }) => second)).toEqual([10]);
  });

  test('sets the State that DescribeRule returns', async () => {
    const { state, actions } = bus().events;
    actions.DisableRule.run(state, { Name: 'phase-1' }, person);
    expect(await actions.DescribeRule.run(state, { Name: 'phase-1' }, person)).toMatchObject({ State: 'DISABLED' });
  });
});
