import { execFile } from 'node:child_process';
import { access, constants, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { HOST_TIME } from './host-time.ts';

/**
 * Fills `folder` with links to the real python3, git and bash that run host scripts, and with a `date` of the account.
 *
 * The real python3 is found because the first one on the PATH may be a shim, which chooses a version at every start: a
 * pyenv shim takes 126 ms per start instead of 25.
 * The python3 is bare because a host has only Python's own library. This machine's site-packages (setuptools' .pth, for
 * example) exist on no host and take up to 30 ms per start.
 */
export async function makeToolbox(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [bash, git, python] = [await onPath('bash'), await onPath('git'), await realPython()];
  await link(folder, 'bash', bash);
  await link(folder, 'git', git);
  await link(folder, 'python3', python);
  await writeFile(join(folder, 'date'), dateOfHost(await onPath('date')), { mode: 0o755 });
  // The file that `python3 -m venv` writes. Python reads it beside the link and omits site-packages (documentation, "site").
  const bare = `home = ${dirname(python)}\ninclude-system-site-packages = false\n`;
  await writeFile(join(folder, 'pyvenv.cfg'), bare);
}

/** Returns a `date` that prints the host's time by the account's clock: under a virtual clock the machine's own is another. */
const dateOfHost = (date: string) => `#!/bin/bash\nexec ${date} "$@" \${${HOST_TIME}:+-d "@$${HOST_TIME}"}\n`;

const PURPOSES = {
  bash: 'runs the host scripts',
  date: 'tells the hosts their time',
  git: 'restores the code of the hosts',
  python3: 'runs the checks among the host scripts',
};

async function onPath(tool: keyof typeof PURPOSES): Promise<string> {
  for (const folder of (process.env['PATH'] ?? '').split(delimiter).filter((entry) => entry !== '')) {
    const candidate = join(folder, tool);
    const found = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (found) return candidate;
  }
  throw missing(tool);
}

async function realPython(): Promise<string> {
  const shim = await onPath('python3');
  const printed = await promisify(execFile)(shim, [
    '-c',
    'import os, sys; print(os.path.realpath(sys.executable))',
  ]).catch(() => undefined);
  const executable = printed?.stdout.trim();
  if (!executable) throw missing('python3');
  return executable;
}

const missing = (tool: keyof typeof PURPOSES) =>
  new Error(
    `${tool} was not found or does not start. It ${PURPOSES[tool]}. Install ${tool}, check that it is on the PATH, and start again.`,
  );

async function link(folder: string, tool: string, target: string): Promise<void> {
  await rm(join(folder, tool), { force: true });
  await symlink(target, join(folder, tool));
}
