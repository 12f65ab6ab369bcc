import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { sha256 } from './contents.ts';
import { type Environment, Host } from './host.ts';

let host: Host;
beforeEach(() => {
  host = new Host();
  host.write('opt/trading/config/backup/pipeline.json', '{"algorithm": "v1.0"}\n');
  host.write('opt/trading/config/pipeline.json', '{"algorithm": "v3.0"}\n');
});
afterEach(() => host.remove());

const reset = (env: Environment = {}) =>
  host.verdict('reset-configuration.py', {
    SSM_Step: 'reset-configuration',
    SSM_From: 'config/backup/pipeline.json',
    SSM_To: 'config/pipeline.json',
    ...env,
  });
const quarantine = 'var/lib/rollback/r-1/quarantine/reset-configuration';
const now = () => host.read('opt/trading/config/pipeline.json');

test('copies the replaced file to quarantine first, then puts the backup in place', async () => {
  expect(await reset()).toMatchObject({
    verdict: 'done',
    report: { file: 'config/pipeline.json', sha256: sha256('{"algorithm": "v1.0"}\n'), quarantine, lost: false },
  });
  expect(now()).toBe('{"algorithm": "v1.0"}\n');
  expect(host.read(`${quarantine}/files/config/pipeline.json`)).toBe('{"algorithm": "v3.0"}\n');
});

test('changes nothing the second time', async () => {
  await reset();
  expect((await reset({ SSM_RollbackId: 'r-2' })).verdict).toBe('done');
  expect(existsSync(join(host.state, 'r-2/quarantine/reset-configuration/files'))).toBe(false);
});

test('creates the file if there was none', async () => {
  rmSync(join(host.tree, 'config/pipeline.json'));
  expect((await reset()).verdict).toBe('done');
  expect(now()).toBe('{"algorithm": "v1.0"}\n');
});

describe('changes nothing', () => {
  test('without a backup', async () => {
    rmSync(join(host.tree, 'config/backup/pipeline.json'));
    expect((await reset()).reason).toContain('There is no backup config/backup/pipeline.json in the tree');
    expect(now()).toContain('v3.0');
  });

  test('if the backup is outside the tree', async () => {
    host.write('opt/outside/pipeline.json', '{}');
    symlinkSync('../outside', join(host.tree, 'outside'));
    expect((await reset({ SSM_From: 'outside/pipeline.json' })).reason).toContain('leads out of the tree');
    expect(now()).toContain('v3.0');
  });

  test("if a folder is in the file's place", async () => {
    rmSync(join(host.tree, 'config/pipeline.json'));
    mkdirSync(join(host.tree, 'config/pipeline.json'));
    expect((await reset()).reason).toContain('config/pipeline.json is not a file; nothing was touched');
  });
});
