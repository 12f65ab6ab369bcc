import type { Need } from '../wire/service.ts';
import { matchesWildcardInAnyCase } from './wildcard.ts';

/**
 * The condition keys the account can judge, by the prefix of the action they are asked for; `*` is every action.
 *
 * A key stands here when the account supplies it wherever AWS would, or when AWS would not supply it for the calls the
 * account takes. Any other key would be absent here and present there: a condition that is false here and true there.
 */
export const conditionKeys: Readonly<Record<string, readonly string[]>> = {
  '*': ['aws:PrincipalArn', 'aws:SecureTransport', 'aws:SourceAccount', 'aws:SourceArn'],
  appconfig: ['aws:ResourceTag/*'],
  cloudwatch: ['cloudwatch:namespace'],
  dynamodb: ['dynamodb:EnclosingOperation', 'dynamodb:LeadingKeys'],
  events: ['events:detail-type', 'events:source'],
  ssm: ['aws:ResourceTag/*', 'ssm:resourceTag/*'],
  states: ['states:StateMachineQualifier'],
};

/** The values a request carries for a key; undefined when it carries none. Throws for a key nobody knows. */
export function valuesOf(key: string, need: Need): string | readonly string[] | undefined {
  const supplied = Object.entries(need.keys ?? {}).find(([name]) => name.toLowerCase() === key.toLowerCase());
  if (supplied) return supplied[1];
  const known = [...(conditionKeys['*'] ?? []), ...(conditionKeys[prefixOf(need.action)] ?? [])];
  if (!known.some((pattern) => matchesWildcardInAnyCase(pattern, key)))
    throw new Error(
      `The embedded account cannot judge the condition key ${key} for ${need.action}: the request does not supply it ` +
        `and it is not on the list in packages/embedded-aws/src/iam/condition-keys.ts, which knows ${known.join(', ')}.`,
    );
  return undefined;
}

const prefixOf = (action: string) => action.slice(0, action.indexOf(':')).toLowerCase();
