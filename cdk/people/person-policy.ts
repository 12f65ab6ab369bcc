import type { Stack } from 'aws-cdk-lib';
import type { PolicyStatement } from 'aws-cdk-lib/aws-iam';
import type { IQueue } from 'aws-cdk-lib/aws-sqs';
import type { Environment } from '../../domain/infra/environment.ts';
import type { FlagLayers } from '../flag-layers.ts';
import type { Tables } from '../tables.ts';

/** The parts of the product that a person's policy names. */
export interface Product {
  readonly environment: string;
  readonly fleet: Environment['fleet'];
  readonly tables: Tables;
  readonly flags: FlagLayers;
  readonly deadLetters: readonly IQueue[];
}

/** What one kind of person may do. What nobody may do is added to each, see never-by-hand.ts. */
export type PersonPolicy = {
  readonly description: string;
  /** Whether it says itself which command its holder sends; everybody else is denied all of ours. */
  readonly sendsCommands?: true;
  readonly statements: (stack: Stack, product: Product) => PolicyStatement[];
};
