import { createInterface } from 'node:readline';
import { type AccountOptions, type Connection, connect } from '../account/clients.ts';
import type { Identity } from '../account/identity.ts';
import { UsageError } from '../account/usage-error.ts';
import { withAccount } from '../account/with-account.ts';

export type ActingOptions = AccountOptions & { readonly yes?: boolean };

/**
 * Runs `work`, which changes something, with a connection to an environment. On AWS a person confirms it first.
 *
 * `what` completes "This acts on AWS:", such as "roll back phase 1". An embedded account needs no confirmation.
 */
export async function actingOn<T>(
  options: ActingOptions,
  what: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  const connection = await connect(options);
  const canAsk = process.stdin.isTTY && process.stderr.isTTY;
  if (!connection.environment.endpoint && !options.yes && !canAsk) throw new UsageError(needsYes(connection, what));
  return withAccount(connection, async (caller) => {
    if (caller) await confirmed(connection, caller, { what, yes: options.yes ?? false });
    return work(connection);
  });
}

const needsYes = ({ name, environment }: Connection, what: string) =>
  `This acts on AWS account ${environment.account}, environment ${name}: ${what}. Without a terminal nobody can confirm it: add --yes. Nothing was done.`;

async function confirmed(
  { name, environment }: Connection,
  { account, arn }: Identity,
  { what, yes }: { readonly what: string; readonly yes: boolean },
): Promise<void> {
  console.error(
    [
      `This acts on AWS: ${what}`,
      `  environment  ${name}, region ${environment.region}`,
      `  account      ${account}, as ${arn}`,
    ].join('\n'),
  );
  if (!yes && !(await answeredYes('Continue? [y/N] '))) throw new Error('Not confirmed: nothing was done.');
}

/** Asks on standard error, because standard output has only data. The end of the input means no. */
async function answeredYes(question: string): Promise<boolean> {
  // The terminal stays in its own line mode, in which Ctrl-C reaches the process as a signal.
  const lines = createInterface({ input: process.stdin, output: process.stderr, terminal: false });
  try {
    const answer = await new Promise<string>((resolve) => {
      lines.once('close', () => resolve(''));
      lines.question(question, resolve);
    });
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
