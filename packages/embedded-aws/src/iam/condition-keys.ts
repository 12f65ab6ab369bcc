import type { Need } from '../wire/service.ts';
import { matchesWildcardInAnyCase } from './wildcard.ts';

/**
 * The condition keys that the account can evaluate, by the prefix of the action; `*` is every action.
 *
 * A key is listed if the account supplies it whenever AWS would, or if AWS would not supply it for any call that the
 * account accepts. Any other key would be absent here but present on AWS, so its condition would be false here and true there.
 */
export const conditionKeys: Readonly<Record<string, readonly string[]>> = {
  '*': ['aws:PrincipalArn', 'aws:SecureTransport', 'aws:SourceAccount', 'aws:SourceArn'],
  appconfig: ['aws:ResourceTag/*'],
  cloudwatch: ['cloudwatch:namespace'],
  dynamodb: ['dynamodb:EnclosingOperation', 'dynamodb:LeadingKeys'],
  s3: ['s3:if-none-match', 's3:object-lock-mode', 's3:prefix'],
  events: ['events:detail-type', 'events:source'],
  ssm: ['aws:ResourceTag/*', 'ssm:resourceTag/*'],
  states: ['states:StateMachineQualifier'],
};

/** Returns a request's values of a key; undefined if it has none. Throws an error that names the key if the key is not listed. */
export function valuesOf(key: string, need: Need): string | readonly string[] | undefined {
  const supplied = Object.entries(need.keys ?? {}).find(([name]) => name.toLowerCase() === key.toLowerCase());
  if (supplied) return supplied[1];
  const known = [...(conditionKeys['*'] ?? []), ...(conditionKeys[prefixOf(need.action)] ?? [])];
  if (!known.some((pattern) => matchesWildcardInAnyCase(pattern, key)))
    throw new Error(
      `The embedded account cannot evaluate the condition key ${key} for ${need.action}: the request does not supply it, ` +
        `and packages/embedded-aws/src/iam/condition-keys.ts lists only ${known.join(', ')}.`,
    );
  return undefined;
}

const prefixOf = (action: string) => action.slice(0, action.indexOf(':')).toLowerCase();
