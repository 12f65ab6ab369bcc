import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { SFNClient } from '@aws-sdk/client-sfn';
import { DynamoDBDocumentClient } from '@aws-sdk/lib-dynamodb';
import { environmentNames, readEnvironment } from '../../config/infra.ts';
import type { Environment } from '../../domain/infra/environment.ts';
import { UsageError } from './usage-error.ts';

/** A connection to an environment's account: AWS, or an embedded account if the environment's file names an endpoint. */
export type Connection = {
  readonly name: string;
  readonly environment: Environment;
  readonly stepFunctions: SFNClient;
  readonly db: DynamoDBDocumentClient;
  arnOf(machine: string): string;
};

/** The option of every command that connects to an account. */
export const environmentOption = { environment: { type: 'string', default: 'local' } } as const;
export const environmentHelp = () =>
  `  --environment NAME   one of ${environmentNames().join(', ')} (default local: the account that \`npm run local\` keeps open)`;

/** Connects to an environment by its name. Throws UsageError if no such environment exists. */
export function connect(name: string): Connection {
  const environment = knownEnvironment(name);
  const { region, account } = environment;
  // AWS_ENDPOINT_URL overrides the file: an embedded account may be open on another port.
  const endpoint = process.env['AWS_ENDPOINT_URL'] ?? environment.endpoint;
  // The embedded account takes the access key id as the caller's name and needs no secret. For AWS, the SDK finds credentials.
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

function knownEnvironment(name: string): Environment {
  if (!environmentNames().includes(name))
    throw new UsageError(`Unknown environment "${name}". Known: ${environmentNames().join(', ')}.`);
  return readEnvironment(name);
}

/** Explains an SDK failure to the operator: a refused connection with what to do, any other error with its code. */
export function accountError(error: unknown, { name, environment }: Connection): Error {
  const { name: code, message } = error as Error;
  const reason = [
    code,
    message,
    String((error as { cause?: unknown }).cause ?? ''),
    String((error as { code?: unknown }).code ?? ''),
  ].join(' ');
  if (!/ECONNREFUSED/.test(reason)) return new Error(`${code}: ${message}`, { cause: error });
  const overridden = process.env['AWS_ENDPOINT_URL'];
  return new Error(
    environment.endpoint
      ? `No embedded account is open at ${overridden ?? environment.endpoint}. Open one in another terminal:\n  npm run local`
      : `Environment ${name} is unreachable: ${overridden ?? 'AWS'} refused the connection. Check the network and AWS_ENDPOINT_URL.`,
  );
}
