import { execFile } from 'node:child_process';
import { readlink, symlink, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { makeToolbox } from '../../src/ssm/toolbox.ts';
import { temporaryFolder } from './small-fleet.ts';

afterEach(() => vi.unstubAllEnvs());

describe('the toolbox', () => {
  test.each(['python3', 'git', 'bash'])('has a %s that starts', async (tool) => {
    const folder = await temporaryFolder();
    await makeToolbox(folder);
    await promisify(execFile)(join(folder, tool), ['--version']);
  });

  test('has the real python3, not a shim', async () => {
    const [folder, shims] = [await temporaryFolder(), await temporaryFolder()];
    const program = ['-c', 'import os, sys; print(os.path.realpath(sys.executable))'];
    const { stdout } = await promisify(execFile)('python3', program);
    const path = process.env['PATH'] ?? '';
    await writeFile(join(shims, 'python3'), `#!/bin/bash\nPATH=${path} exec python3 "$@"\n`, { mode: 0o755 });
    vi.stubEnv('PATH', `${shims}${delimiter}${path}`);
    await makeToolbox(folder);
    expect(await readlink(join(folder, 'python3'))).toBe(stdout.trim());
  });

  test('has a python3 with its own library and without installed packages', async () => {
    const folder = await temporaryFolder();
    await makeToolbox(folder);
    const program = 'import json, site, sys; print(site.ENABLE_USER_SITE, [p for p in sys.path if "-packages" in p])';
    const { stdout } = await promisify(execFile)(join(folder, 'python3'), ['-c', program]);
    expect(stdout.trim()).toBe('False []');
  });

  test('can be created twice', async () => {
    const folder = await temporaryFolder();
    await makeToolbox(folder);
    await makeToolbox(folder);
  });

  test('fails with the missing tool, its purpose and what to do', async () => {
    const [folder, path] = [await temporaryFolder(), await temporaryFolder()];
    await symlink('/bin/bash', join(path, 'bash'));
    vi.stubEnv('PATH', path);
    await expect(makeToolbox(folder)).rejects.toThrow(
      'git was not found or does not start. It restores the code of the hosts. Install git, check that it is on the PATH, and start again.',
    );
  });
});
