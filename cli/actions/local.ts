import { createServer } from 'node:net';
import { readEnvironment } from '../../config/environments.ts';
import { readInfra } from '../../config/infra.ts';
import { openEmbeddedAccount } from '../account/embedded-account.ts';
import { interruptible, unlessInterrupted } from '../account/interrupt.ts';

type Options = { readonly port?: number; readonly hosts: number; readonly seed: number; readonly json?: boolean };

export async function local({ hosts, seed, json = false, ...options }: Options): Promise<number> {
  readInfra(); // reports all mistakes at once, before anything is made
  const { endpoint, region } = readEnvironment('local');
  const port = options.port ?? Number(new URL(endpoint ?? 'http://127.0.0.1:0').port);
  await refuseTakenPort(port);
  const progress = json ? console.error : console.log;
  return interruptible(async (interrupted) => {
    const account = await openEmbeddedAccount({ environment: 'local', hosts, seed, port, interrupted, progress });
    try {
      if (json) console.log(JSON.stringify({ endpoint: account.endpoint, region, hosts, seed }));
      else console.log(openText(account.endpoint, endpoint, region));
      await unlessInterrupted(interrupted, account.ended);
      console.error('The embedded account ended unexpectedly. Open a new one:\n  npm run local');
      return 1;
    } catch (error) {
      if (interrupted.aborted) return 0;
      throw error;
    } finally {
      await account.close();
    }
  });
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

const openText = (endpoint: string, usual: string | undefined, region: string) => `
The embedded account is open at ${endpoint}. Ctrl-C closes it.

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
