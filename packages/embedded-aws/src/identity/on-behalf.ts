import type { Notify } from '../cloudwatch/alarm-actions.ts';
import type { Iam } from '../iam/iam.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { SendFailure } from '../lambda/later.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { nameOf, queueNamed } from '../messaging/sqs/state.ts';
import type { Surroundings } from '../wire/service.ts';

// The effects of one service on another on behalf of a resource: an alarm, a rule or a function.

/** Returns a function that runs an alarm's action: it invokes a function, or publishes to a topic on the alarm's behalf. */
export function alarmNotifier(tell: Surroundings['tell'], functions: Lambda, messages: Messaging): Notify {
  return (actionArn, payload, alarmArn) => {
    if (actionArn.startsWith('arn:aws:lambda:')) {
      functions.invokeLater(actionArn, payload, { arn: 'lambda.alarms.cloudwatch.amazonaws.com' });
      return;
    }
    const publication = { subject: String(payload['Subject']), message: String(payload['Message']), attributes: {} };
    if (!messages.publishFrom({ service: 'cloudwatch.amazonaws.com', arn: alarmArn }, actionArn, publication))
      tell({ service: 'cloudwatch', event: 'ActionRefused', alarm: alarmArn, action: actionArn });
  };
}

/** Sends an event that EventBridge could not deliver to a queue, on behalf of the rule. */
export function sendDeadLetter(
  messages: Messaging,
  queueArn: string,
  body: string,
  attributes: Readonly<Record<string, string>>,
): void {
  const typed = Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]);
  const source = { service: 'events.amazonaws.com', arn: attributes['RULE_ARN'] ?? '' };
  if (!messages.sendFrom(source, queueArn, body, Object.fromEntries(typed)))
    throw new Error(`The policy of ${queueArn} does not allow ${source.arn} to send to it.`);
}

/** Returns a function that sends the record of a failed invocation to a queue, in the role of the failed function. */
export function failureSender(roles: Iam, messages: Messaging): SendFailure {
  return (queueArn, record, roleArn) => {
    roles.authorize({ arn: roleArn, role: roleArn }, [{ action: 'sqs:SendMessage', resource: queueArn }]);
    queueNamed(messages.sqs.state, nameOf(queueArn)).send(JSON.stringify(record), {}, roleArn);
  };
}
