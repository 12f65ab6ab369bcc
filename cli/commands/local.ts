import { createServer } from 'node:net';
import { readEnvironment, readInfra } from '../../config/infra.ts';
import { openEmbeddedAccount } from '../account/embedded-account.ts';
import type { Command } from './command.ts';
import { interruptible, unlessInterrupted } from './interrupt.ts';
import { options, wholeNumber } from './options.ts';

export const local: Command = {
  summary: 'Keep an embedded AWS account open, for this command line, the AWS CLI and SDKs',
  help: `rollback local [--port N] [--hosts N] [--seed N]

  --port N   on 127.0.0.1 (default: the port of infra/environments/local.yaml; 0: any free one)
  --hosts N  how many trading hosts to make (default 3)
  --seed N   what is random comes from it (default 1)

Real clock, real child processes; nothing reaches AWS. Ctrl-C closes it and removes its hosts.`,
  run: async (words) => {
    readInfra(); // says every mistake at once, and before anything is made
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
        console.error('The embedded account ended by itself.');
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

/** Said at once, and not after the synthesis. The account itself says it again if somebody was faster. */
async function refuseTakenPort(port: number): Promise<void> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', () =>
      reject(new Error(`Port ${port} of 127.0.0.1 is in use. Stop what uses it, or choose another with --port.`)),
    );
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve()));
  });
}

const openText = (endpoint: string, usual: string | undefined, region: string) => `
Open at ${endpoint}. Ctrl-C closes it.

In a second terminal${endpoint === usual ? '' : ` (after export AWS_ENDPOINT_URL=${endpoint})`}:
  npm run rollback -- start --phase 1     start a rollback
  npm run rollback -- show                read it

With the AWS CLI or an SDK:
  export AWS_ENDPOINT_URL=${endpoint} AWS_REGION=${region} AWS_DEFAULT_REGION=${region} AWS_ACCESS_KEY_ID=me AWS_SECRET_ACCESS_KEY=me
  aws stepfunctions list-state-machines
  curl ${endpoint}/_account       what is in it, and where its hosts' folders are`;
