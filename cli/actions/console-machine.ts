import { type Fields, NotKnown } from '../../console/backend.ts';
import { InvalidInput } from '../../domain/errors.ts';
import type { Connected } from '../account/clients.ts';
import { follow, startExecution } from '../account/execution.ts';
import { phaseNumbers } from '../text/known-names.ts';

/** Returns the phase that fields name. */
export function phaseIn({ phase = null }: Fields): number {
  if (phaseNumbers().some((one) => one === phase)) return Number(phase);
  throw new InvalidInput(`phase must be one of ${phaseNumbers().join(', ')}; found ${JSON.stringify(phase)}.`);
}

/** Starts a machine and returns its execution's ARN. Throws NotKnown if the start was sent and nobody knows whether it arrived. */
export async function begun(connection: Connected, machine: string, input: object): Promise<string> {
  try {
    return await startExecution(connection, machine, input);
  } catch (error) {
    throw mayHaveArrived(error) ? new NotKnown(error) : error;
  }
}

/** Returns the end of an execution. Throws NotKnown if the end cannot be read: the execution goes on without its reader. */
export async function endOf(connection: Connected, executionArn: string) {
  const end = await follow(connection, executionArn, () => {}).catch((error: unknown) => {
    throw new NotKnown(error);
  });
  if (!end) throw new NotKnown(new Error(`It is still being processed: ${executionArn}`));
  return end;
}

/** Starts a machine and returns its output once it has accepted the input. Throws its own sentence if it refused. */
export async function ended<Output>(connection: Connected, machine: string, input: object): Promise<Output> {
  const executionArn = await begun(connection, machine, input);
  const end = await endOf(connection, executionArn);
  if (end.status === 'FAILED') throw new Error(end.cause ?? `Not accepted: execution ${executionArn} failed.`);
  if (end.status !== 'SUCCEEDED') throw new NotKnown(new Error(`Execution ${executionArn} ended ${end.status}.`));
  return JSON.parse(end.output ?? '{}') as Output;
}

/** The SDK needs credentials before it sends anything. */
const neverSent = /CredentialsProviderError|TokenProviderError|Could not load credentials/;

/** Whether a start that failed may have arrived: AWS gave no answer, or one of its own failure. A refusal has a status below 500. */
function mayHaveArrived(error: unknown): boolean {
  const { name, message, $metadata } = error as Error & { readonly $metadata?: { readonly httpStatusCode?: number } };
  if (neverSent.test(`${name} ${message}`)) return false;
  return ($metadata?.httpStatusCode ?? 500) >= 500;
}
