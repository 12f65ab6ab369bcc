import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { environmentNames, readEnvironment } from '../../config/infra.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { UsageError } from '../commands/command.ts';

/** An environment as the commands reach it: AWS itself, or an embedded account where its file names an endpoint. */
export type Connection = {
  readonly name: string;
  readonly environment: Environment;
  readonly stepFunctions: SFNClient;
  readonly db: DynamoDBDocumentClient;
  arnOf(machine: string): string;
};

/** The options every command that reaches an account takes. */
export const environmentOption = { environment: { type: 'string', default: 'local' } } as const;
export const environmentHelp = () =>
  `  --environment NAME   one of ${environmentNames().join(', ')} (default local: the account that \`npm run local\` keeps open)`;

export function connect(name: string): Connection {
  const environment = known(name);
  const { region, account } = environment;
  // AWS_ENDPOINT_URL, where set, wins over the file: an account opened on another port.
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? environment.endpoint;
  // To the embedded account the access key id is who you are, and needs no secret; AWS's are found as every AWS tool does.
  const accessKeyId = process.env['AWS_ACCESS_KEY_ID'] ?? 'person';
  const credentials = environment.endpoint ? { credentials: { accessKeyId, secretAccessKey: 'none' } } : {};
  const client = { region, ...(endpoint ? { endpoint } : {}), ...credentials };
  return {
    name,
    environment,
    stepFunctions: new SFNClient(client),
    db: DynamoDBDocumentClient.from(new DynamoDBClient(client)),
    arnOf: (machine) => `arn:aws:states:${region}:${account}:stateMachine:rollback-${name}-${machine}`,
  };
}

function known(name: string): Environment {
  if (!environmentNames().includes(name))
    throw new UsageError(`Unknown environment "${name}". Known: ${environmentNames().join(', ')}.`);
  return readEnvironment(name);
}

/** An SDK failure in the operator's words: nobody listens, no credentials, not allowed. */
export function accountError(error: unknown, { name, environment }: Connection): Error {
  const { name: code, message } = error as Error;
  const reason = [
    code,
    message,
    String((error as { cause?: unknown }).cause ?? ''),
    String((error as { code?: unknown }).code ?? ''),
  ].join(' ');
  if (/ECONNREFUSED/.test(reason))
    return new Error(
      environment.endpoint
        ? `No embedded account answers at ${process.env['AWS_ENDPOINT_URL'] ?? environment.endpoint}. Open one with \`npm run local\` in another terminal.`
        : `Environment ${name} does not answer at ${process.env['AWS_ENDPOINT_URL'] ?? 'AWS'}.`,
    );
  return new Error(`${code}: ${message}`, { cause: error });
}
