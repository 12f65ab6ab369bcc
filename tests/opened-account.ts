import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Account, type AccountOptions, openAccount } from 'embedded-aws';

export type AccountChoices = Partial<Pick<AccountOptions, 'hosts' | 'port' | 'virtualFrom'>>;

/**
 * Opens the embedded account of a cloud assembly, with hosts of the sample trading system. `close` removes its files.
 *
 * Real processes on real hosts are expensive. A test that needs none uses tests/simulated-account.ts.
 */
export async function openedAccount(assembly: string, options: AccountChoices = {}): Promise<Account> {
  const folder = mkdtempSync(join(tmpdir(), 'account-'));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const image = join(import.meta.dirname, '../rehearsals/host-images/trading');
  try {
    const account = await openAccount({ assembly, image, folder, hosts: 1, port: 0, seed: 1, ...options });
    return {
      endpoint: account.endpoint,
      close: async () => {
        await account.close();
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}
