import type { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { PeopleProps } from './people.ts';

/** What one kind of person may do. What nobody may do is added to each, see never-by-hand.ts. */
export type PersonPolicy = {
  readonly description: string;
  /** Whether it says itself which command its holder sends; everybody else is denied all of ours. */
  readonly sendsCommands?: true;
  readonly statements: (stack: Stack, product: PeopleProps) => PolicyStatement[];
};
