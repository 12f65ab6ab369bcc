import { AwsError } from '../wire/aws-error.ts';

/** Returns an ARN of a request. Throws InvalidArn if the value is not an ARN of this kind. */
export function arnOf(kind: 'stateMachine' | 'execution', value: unknown): string {
  const parts = typeof value === 'string' ? value.split(':') : [];
  if (parts[0] === 'arn' && parts[2] === 'states' && parts[5] === kind) return parts.join(':');
  throw new AwsError('InvalidArn', `Invalid Arn: 'Not an ARN of a ${kind}: ${value}'`);
}
