import { rollingMachines } from '../phases.ts';

/** The account, region and environment of a phase's execution, as its ARN names them. */
export type ExecutionPlace = {
  readonly environment: string;
  /** The console's page of the execution; null on the embedded account, which has no console. */
  readonly console: string | null;
};

/** `arn:PARTITION:states:REGION:ACCOUNT:execution:rollback-ENVIRONMENT-MACHINE:NAME` (Service Authorization Reference). */
const executionArn = new RegExp(
  `^arn:([a-z-]+):states:([a-z0-9-]+):(\\d{12}):execution:rollback-([a-z0-9-]+?)-${rollingMachines}:.`,
);

/** The console's host per partition (AWS General Reference, partitions). */
const consoles: Readonly<Record<string, string>> = {
  aws: 'console.aws.amazon.com',
  'aws-us-gov': 'console.amazonaws-us-gov.com',
  'aws-cn': 'console.amazonaws.cn',
};

const embeddedAccount = '000000000000';

/** Reads an execution's ARN; null if it is not one of a machine that rolls phases back. */
export function executionPlace(arn: string | null): ExecutionPlace | null {
  const [, partition = '', region = '', account, environment] = executionArn.exec(arn ?? '') ?? [];
  if (environment === undefined) return null;
  const host = consoles[partition];
  const page = `https://${region}.${host}/states/home?region=${region}#/v2/executions/details/${arn}`;
  return { environment, console: account === embeddedAccount || host === undefined ? null : page };
}

/** Returns the words that a command needs for an execution's environment. Commands run against `local` without them. */
export function environmentWords(arn: string | null): string {
  return environmentOption(executionPlace(arn)?.environment ?? 'local');
}

/** Returns ` --environment NAME`; '' for `local`, against which commands run without it. */
export const environmentOption = (environment: string): string =>
  environment === 'local' ? '' : ` --environment ${environment}`;
