import { execFile } from 'node:child_process';
import { access, constants, mkdir, rm, symlink, writeFile } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Fills `folder` with links to the real python3, git and bash that host scripts run with.
 *
 * Real, because what a PATH finds first may be a shim that chooses a version at every start: a pyenv shim of python3
 * takes 126 ms a start instead of 25. Bare, because a host has no more than Python's own library: what this machine's
 * site-packages load at every start (setuptools' .pth, for one) would be found on no host, and takes up to 30 ms.
 */
export async function makeToolbox(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const [bash, git, python] = [await onPath('bash'), await onPath('git'), await realPython()];
  await link(folder, 'bash', bash);
  await link(folder, 'git', git);
  await link(folder, 'python3', python);
  // As `python3 -m venv` writes it (Python documentation, "site"): read from beside the link, it leaves site-packages out.
  const bare = `home = ${dirname(python)}\ninclude-system-site-packages = false\n`;
  await writeFile(join(folder, 'pyvenv.cfg'), bare);
}

const PURPOSES = {
  bash: 'runs the host scripts',
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
    `${tool} was not found or does not start, and it ${PURPOSES[tool]}: install ${tool}, see that it is on the PATH, and start again.`,
  );

async function link(folder: string, tool: string, target: string): Promise<void> {
  await rm(join(folder, tool), { force: true });
  await symlink(target, join(folder, tool));
}
