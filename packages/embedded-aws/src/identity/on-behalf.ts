import type { Notify } from '../cloudwatch/alarm-actions.ts';
import type { Iam } from '../iam/iam.ts';
import type { Lambda } from '../lambda/lambda.ts';
import type { SendFailure } from '../lambda/later.ts';
import type { Messaging } from '../messaging/messaging.ts';
import { nameOf, queueNamed } from '../messaging/sqs/state.ts';
import type { Surroundings } from '../wire/service.ts';

// What a service does to another one on behalf of a resource: an alarm, a rule, a function.

/** Carries out an alarm's action: calls a function, or publishes to a topic on the alarm's behalf. */
export function notify(
  tell: Surroundings['tell'],
  functions: Lambda,
  messages: Messaging,
  ...[actionArn, payload, alarmArn]: Parameters<Notify>
): void {
  if (actionArn.startsWith('arn:aws:lambda:')) {
    functions.invokeLater(actionArn, payload, { arn: 'lambda.alarms.cloudwatch.amazonaws.com' });
    return;
  }
  const publication = { subject: String(payload['Subject']), message: String(payload['Message']), attributes: {} };
  if (!messages.publishFrom({ service: 'cloudwatch.amazonaws.com', arn: alarmArn }, actionArn, publication))
    tell({ service: 'cloudwatch', event: 'ActionRefused', alarm: alarmArn, action: actionArn });
}

/** EventBridge puts what it could not deliver into a queue, on behalf of the rule. */
export function sendDeadLetter(
  messages: Messaging,
  queueArn: string,
  body: string,
  attributes: Readonly<Record<string, string>>,
): void {
  const typed = Object.entries(attributes).map(([name, text]) => [name, { DataType: 'String', StringValue: text }]);
  const source = { service: 'events.amazonaws.com', arn: attributes['RULE_ARN'] ?? '' };
  if (!messages.sendFrom(source, queueArn, body, Object.fromEntries(typed)))
    throw new Error(`The policy of ${queueArn} does not let ${source.arn} send to it.`);
}

/** Lambda puts the record of a failed invocation into a queue, as the function's role. */
export function sendFailure(
  roles: Iam,
  messages: Messaging,
  ...[queueArn, record, roleArn]: Parameters<SendFailure>
): void {
  roles.authorize({ arn: roleArn, role: roleArn }, [{ action: 'sqs:SendMessage', resource: queueArn }]);
  queueNamed(messages.sqs.state, nameOf(queueArn)).send(JSON.stringify(record), {}, roleArn);
}
