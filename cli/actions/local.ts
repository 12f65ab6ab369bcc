import { createServer } from 'node:net';
import { readEnvironment } from '../../config/environments.ts';
import { readInfra } from '../../config/infra.ts';
import { type Console, serveConsole } from '../../console/serve-console.ts';
import { controlsOf } from '../account/account-controls.ts';
import { connect } from '../account/clients.ts';
import { openEmbeddedAccount } from '../account/embedded-account.ts';
import { interruptible, unlessInterrupted } from '../account/interrupt.ts';
import { movingClock } from '../account/moving-clock.ts';
import { consoleBackend } from './console-backend.ts';

type Options = {
  readonly port?: number;
  readonly hosts: number;
  readonly seed: number;
  readonly realClock?: boolean;
  readonly json?: boolean;
};

export async function local({ hosts, seed, realClock = false, json = false, ...options }: Options): Promise<number> {
  readInfra(); // reports all mistakes at once, before anything is made
  const { endpoint, region } = readEnvironment('local');
  const port = options.port ?? Number(new URL(endpoint ?? 'http://127.0.0.1:0').port);
  await refuseTakenPort(port);
  const progress = json ? console.error : console.log;
  return interruptible(async (interrupted) => {
    const clock = realClock ? {} : { virtualFrom: new Date().toISOString() };
    const opening = { environment: 'local', hosts, seed, port, interrupted, progress, ...clock };
    const account = await openEmbeddedAccount(opening);
    let served: Console | undefined;
    try {
      served = await consoleOf(account.endpoint, { realClock, interrupted });
      const { address } = served;
      if (json) console.log(JSON.stringify({ endpoint: account.endpoint, region, hosts, seed, console: address }));
      else console.log(openText({ ...account, address }, endpoint, region));
      await unlessInterrupted(interrupted, account.ended);
      console.error('The embedded account ended unexpectedly. Open a new one:\n  npm run local');
      return 1;
    } catch (error) {
      if (interrupted.aborted) return 0;
      throw error;
    } finally {
      await served?.close();
      await account.close();
    }
  });
}

type Opened = { readonly realClock: boolean; readonly interrupted: AbortSignal };

/** Serves the console of the account. It acts, because nothing here reaches AWS. */
async function consoleOf(endpoint: string, { realClock, interrupted }: Opened): Promise<Console> {
  const connection = await connect({ environment: 'local', endpoint });
  const moved = realClock ? {} : { movingClock: await movingClock(controlsOf(connection), interrupted) };
  return serveConsole(consoleBackend(connection, { act: true, ...moved }), 0);
}

/** Refuses a port that is in use before the synthesis starts. The account checks again, in case it was taken since. */
async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', () =>
      reject(
        new Error(
          `Port ${port} of 127.0.0.1 is in use. Stop the process that uses it, or choose another port with --port.`,
        ),
      ),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

type Addresses = { readonly endpoint: string; readonly address: string };

const openText = ({ endpoint, address }: Addresses, usual: string | undefined, region: string) => `
The embedded account is open at ${endpoint}. Ctrl-C closes it.

In a browser: put a fault in, and watch it heal
  ${address}

In a second terminal:${
  endpoint === usual
    ? ''
    : `
  export AWS_ENDPOINT_URL=${endpoint}`
}
  npm run rollback -- start 1             start a rollback
  npm run rollback -- show                read it

With the AWS CLI or an SDK:
  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=me AWS_SECRET_ACCESS_KEY=me
  aws stepfunctions list-state-machines
  curl ${endpoint}/_account       what the account contains, and the folders of its hosts`;
