import { infraFolder } from '../../config/infra-folder.ts';
import type { ConnectedTables } from './clients.ts';

/** The principal that the credentials belong to, such as arn:aws:sts::111122223333:assumed-role/operator/ana. */
export type Identity = { readonly account: string; readonly arn: string };

/**
 * Returns whose credentials these are. Throws if they belong to another account than the environment's: AWS would only deny
 * the call, or find no table.
 */
export async function checkedIdentity({ name, environment, settings }: ConnectedTables): Promise<Identity> {
  const { GetCallerIdentityCommand, STSClient } = await import('@aws-sdk/client-sts');
  const { Account = '', Arn = '' } = await new STSClient(settings).send(new GetCallerIdentityCommand({}));
  if (Account === environment.account) return { account: Account, arn: Arn };
  throw new Error(
    `The credentials belong to account ${Account} (${Arn}), but environment ${name} is in account ${environment.account} (${infraFolder}/environments/${name}.yaml). Choose a profile of that account: --profile NAME.`,
  );
}
