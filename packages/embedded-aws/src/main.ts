#!/usr/bin/env node
import { parseArgs } from 'node:util';
import { type Account, openAccount } from './account.ts';

const help = `Opens an embedded AWS account and keeps it open until the process is stopped.

  embedded-aws --assembly DIR --image DIR --folder DIR [options]

  --assembly DIR          the folder that cdk synth wrote
  --image DIR             the folder of the host image
  --folder DIR            a folder that only this account uses
  --hosts N               number of hosts (default 3)
  --hybrid N              of them, the number of the last ones that are hybrid nodes and no instances (default 0)
  --port N                port on 127.0.0.1 (default 0: any free port)
  --seed N                seed of everything random (default 1)
  --virtual-from INSTANT  start virtual time at this instant, ISO 8601 (default: the real clock)
  --until-stdin-closes    end when standard input closes, so that the account ends with the process that started it

Prints one JSON line when the account is open: {"endpoint":"http://127.0.0.1:…"}.
Exit codes: 0 stopped, 1 the account could not be opened, 2 a required option is missing.`;

const { values } = parseArgs({
  options: {
    assembly: { type: 'string' },
    image: { type: 'string' },
    folder: { type: 'string' },
    hosts: { type: 'string', default: '3' },
    hybrid: { type: 'string', default: '0' },
    port: { type: 'string', default: '0' },
    seed: { type: 'string', default: '1' },
    'virtual-from': { type: 'string' },
    'until-stdin-closes': { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const { assembly, image, folder } = values;
if (values.help || !assembly || !image || !folder) {
  console.log(help);
  process.exit(values.help ? 0 : 2);
}

let account: Account | undefined;
const stop = async () => {
  await account?.close();
  process.exit(0);
};
process.once('SIGINT', stop);
process.once('SIGTERM', stop);
if (values['until-stdin-closes']) process.stdin.on('end', stop).resume();

try {
  account = await openAccount({
    assembly,
    image,
    folder,
    hosts: Number(values.hosts),
    hybrid: Number(values.hybrid),
    port: Number(values.port),
    seed: Number(values.seed),
    ...(values['virtual-from'] ? { virtualFrom: Date.parse(values['virtual-from']) } : {}),
  });
  console.log(JSON.stringify({ endpoint: account.endpoint }));
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exit(1);
}
