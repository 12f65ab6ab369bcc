import { accountSentence } from './account-error.ts';
import type { ConnectedTables } from './clients.ts';
import { checkedIdentity, type Identity } from './identity.ts';

/**
 * Runs `work` with a connection, and first checks that the credentials belong to the environment's account.
 *
 * The caller is undefined on an embedded account, which has only names. Errors of the SDK and of AWS become one sentence.
 */
export async function withAccount<T>(
  connection: ConnectedTables,
  work: (caller: Identity | undefined) => Promise<T>,
): Promise<T> {
  const { name, environment } = connection;
  try {
    if (environment.endpoint) return await work(undefined);
    const elsewhere = process.env['AWS_REGION'] ?? environment.region;
    if (elsewhere !== environment.region)
      console.error(`AWS_REGION is ${elsewhere}; environment ${name} is in ${environment.region}, which is used.`);
    return await work(await checkedIdentity(connection));
  } catch (error) {
    throw asSentence(error, connection);
  }
}

/** Returns an error as one whose message is a sentence for people. */
export const asSentence = (error: unknown, connection: Parameters<typeof accountSentence>[1]): unknown =>
  isOurs(error) ? error : new Error(accountSentence(error, connection), { cause: error });

const ours = ['UsageError', 'InvalidInput', 'Interrupted', 'InvalidFile'];

/** Our own errors are sentences already. Node's, such as ECONNREFUSED, have a code; those of the SDK have names of their own. */
const isOurs = (error: unknown) =>
  error instanceof Error && (ours.includes(error.name) || (error.name === 'Error' && !('code' in error)));
