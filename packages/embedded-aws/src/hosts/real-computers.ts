import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { writeAgentFiles } from '../appconfig/written-files.ts';
import type { Host } from '../ssm/host.ts';
import { keptIn } from '../ssm/kept-scripts.ts';
import { scriptStarter } from '../ssm/script-starter.ts';
import { makeToolbox } from '../ssm/toolbox.ts';
import type { Computers, Fleet } from './computers.ts';
import { hostFaults } from './host-faults.ts';
import { HostProcess } from './host-process.ts';
import { makeHosts } from './hosts.ts';

/** Makes a real folder per host, in which real processes run. */
export async function realComputers({ image, folder, clock, builtAt, ...count }: Fleet): Promise<Computers> {
  const toolbox = join(folder, 'toolbox');
  mkdirSync(folder, { recursive: true });
  await makeToolbox(toolbox);
  const hosts = await makeHosts({ image, folder: join(folder, 'hosts'), ...count, toolbox, now: builtAt });
  const scripts = scriptStarter();
  const faults = hostFaults(clock, toolbox);
  return {
    hosts,
    toolbox,
    keepScript: keptIn(join(folder, 'scripts')),
    run: scripts.run,
    writeAgentFiles: (host, files) => writeAgentFiles(files, host.folder),
    startProgram: (host, command) => new HostProcess(host, command, toolbox),
    faults,
    statusOf: (host) => statusOf(host, toolbox),
    close: async () => {
      faults.close();
      await scripts.close();
    },
  };
}

/** Returns the output of the image's `bin/trading-status`, which a person logged on to the host would run. */
export async function statusOf(host: Host, toolbox: string): Promise<unknown> {
  const { stdout } = await promisify(execFile)(join(toolbox, 'python3'), [join(host.folder, 'bin/trading-status')], {
    cwd: host.folder,
    env: { PATH: `${toolbox}:/usr/bin:/bin`, HOME: host.folder, LANG: 'C.UTF-8', TZ: 'UTC' },
  });
  return JSON.parse(stdout);
}
