import { type Console, serveConsole } from '../../console/serve-console.ts';
import { type AccountOptions, type Connected, connect } from '../account/clients.ts';
import { interruptible, unlessInterrupted } from '../account/interrupt.ts';
import { consoleBackend } from './console-backend.ts';

type Options = AccountOptions & { readonly act?: boolean; readonly port: number; readonly json?: boolean };

/** Serves the console until Ctrl-C. */
export async function openConsole({ act = false, port, json = false, ...account }: Options): Promise<number> {
  const connection = await connect(account);
  const backend = consoleBackend(connection, { act });
  const { caller } = await backend.about(); // credentials that do not work are said here, before a browser is open
  return interruptible(async (interrupted) => {
    const served = await serveConsole(backend, port);
    console.log(json ? JSON.stringify({ address: served.address, act, caller }) : openText(connection, served, act));
    try {
      await unlessInterrupted(interrupted, new Promise(() => {}));
      return 0;
    } catch (error) {
      if (interrupted.aborted) return 0;
      throw error;
    } finally {
      await served.close();
    }
  });
}

const openText = ({ name }: Connected, { address }: Console, act: boolean) => `
The console of environment ${name} is open, ${act ? 'and acts with your credentials' : 'and only reads (to answer questions, start it with --act)'}. Ctrl-C closes it.

  ${address}

Give this address to nobody: whoever has it ${act ? 'acts' : 'reads'} as you, as long as the console is open.`;
