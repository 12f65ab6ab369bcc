import { createServer } from 'node:net';
import { readEnvironment, readInfra } from '../../config/infra.ts';
import { openEmbeddedAccount } from '../account/embedded-account.ts';
import { interruptible, unlessInterrupted } from '../account/interrupt.ts';
import type { Command } from './command.ts';
import { options, wholeNumber } from './options.ts';

export const local: Command = {
  summary: 'Keep an embedded AWS account open for this command line, the AWS CLI and SDKs',
  help: `rollback local [--port N] [--hosts N] [--seed N]

  --port N   port on 127.0.0.1 (default: the port in infra/environments/local.yaml; 0: any free port)
  --hosts N  number of trading hosts (default 3)
  --seed N   seed of all random values (default 1)

Uses the real clock and real child processes; sends nothing to AWS. Ctrl-C closes it and removes its hosts.
Exit code 0: closed by Ctrl-C. 1: the account could not open, or ended unexpectedly. 2: usage error.`,
  run: async (words) => {
    readInfra(); // reports all mistakes at once, before anything is made
    const { endpoint, region } = readEnvironment('local');
    const { values } = options({
      args: words,
      options: {
        port: { type: 'string', default: new URL(endpoint ?? 'http://127.0.0.1:0').port },
        hosts: { type: 'string', default: '3' },
        seed: { type: 'string', default: '1' },
      },
    });
    const port = wholeNumber('port', values.port, 0, 65535);
    const hosts = wholeNumber('hosts', values.hosts);
    const seed = wholeNumber('seed', values.seed);
    await refuseTakenPort(port);
    return interruptible(async (interrupted) => {
      const account = await openEmbeddedAccount({
        environment: 'local',
        hosts,
        seed,
        port,
        interrupted,
        progress: console.log,
      });
      try {
        console.log(openText(account.endpoint, endpoint, region));
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
  },
};

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
  npm run rollback -- start --phase 1     start a rollback
  npm run rollback -- show                read it

With the AWS CLI or an SDK:
  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=me AWS_SECRET_ACCESS_KEY=me
  aws stepfunctions list-state-machines
  curl ${endpoint}/_account       what the account contains, and the folders of its hosts`;
