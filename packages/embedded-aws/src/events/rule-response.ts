import type { Rule } from './rule.ts';

/** A rule as DescribeRule and ListRules return it. */
export function ruleResponse({ name, arn, definition, enabled }: Rule) {
  const { Description, EventPattern, ScheduleExpression } = definition;
  return {
    Name: name,
    Arn: arn,
    ...(Description === undefined ? {} : { Description }),
    ...(EventPattern === undefined ? {} : { EventPattern: JSON.stringify(EventPattern) }),
    ...(ScheduleExpression === undefined ? {} : { ScheduleExpression }),
    State: enabled ? 'ENABLED' : 'DISABLED',
    EventBusName: 'default',
  };
}
