import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readEnvironment } from '../../config/environments.ts';
import { counted } from '../../domain/counted.ts';
import type { Reach } from '../../rehearsals/reach.ts';
import { openSimulatedAccount } from '../../simulator/simulated-account.ts';
import { type AccountOpening, hostImage, newFolder, synthesize, timed } from './embedded-account.ts';

/** Synthesizes the template and opens a simulated account on it, in this process. */
export async function openSimulation(opening: AccountOpening): Promise<{ reach: Reach; close(): Promise<void> }> {
  const { environment, hosts, hybrid, seed, virtualFrom = '', progress } = opening;
  const { interrupted = new AbortController().signal } = opening;
  const folder = newFolder();
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  try {
    const assembly = opening.assembly ?? (await synthesize({ environment, progress, interrupted }, folder));
    const account = await timed(`opened the simulated account with ${counted(hosts, 'host')}`, progress, () =>
      openSimulatedAccount({
        assembly,
        image: hostImage,
        folder: join(folder, 'account'),
        hosts,
        hybrid,
        region: readEnvironment(environment).region,
        seed,
        virtualFrom: Date.parse(virtualFrom),
      }),
    );
    return {
      reach: account.reach,
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
