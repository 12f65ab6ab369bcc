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

/** The rights of one role of a person. Every policy also gets the denials of never-by-hand.ts. */
export type PersonPolicy = {
  /** IAM cannot change a policy's description, and CloudFormation cannot replace a policy that has a name. */
  readonly description: string;
  /**
   * Whether the statements limit the commands that the holder sends. Other roles are denied all of the product's
   * commands.
   */
  readonly sendsCommands?: true;
  readonly statements: (stack: Stack, product: Product) => PolicyStatement[];
};
