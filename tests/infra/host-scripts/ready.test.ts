import { execFileSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readyReport } from '../../../domain/ready/host-lines.ts';
import { contents } from './contents.ts';
import { type Environment, type Host, tradingImage } from './host.ts';

let image: ReturnType<typeof tradingImage>;
let host: Host;

beforeAll(() => {
  image = tradingImage();
});
afterAll(() => image.remove());
beforeEach(async () => {
  host = image.host();
});
afterEach(() => host.remove());

const tag = 'rollback/phase-1/before-v1.5.0';
const copies = 'var/lib/rollback/.prepared/phase-1/v1.5.0/20260105T090000Z';
const prepared: Environment = {
  SSM_Tag: tag,
  SSM_Preparation: 'phase-1/v1.5.0',
  SSM_Begun: '20260105T090000Z',
  SSM_Databases: 'outputs/market_data.db outputs/metrics.db',
};
const prepare = () =>
  host.verdict('prepare.py', {
    ...prepared,
    SSM_RollbackId: 'prepare_a',
    SSM_Step: 'prepare',
    SSM_Kind: 'beside',
    SSM_Fence: '0',
    SSM_Commit: host.git('rev-parse', 'HEAD'),
    SSM_Configuration: 'config',
  });
const ready = (env: Environment = {}) =>
  host.verdict('ready.py', {
    ...prepared,
    SSM_RollbackId: 'ready_a',
    SSM_Step: 'ready-phase-1',
    SSM_Kind: 'check',
    SSM_Mode: 'plan',
    SSM_Fence: '0',
    SSM_Target: 'pre-phase1-stable',
    SSM_Paths: '.',
    ...env,
  });
const reported = async (env: Environment = {}) => readyReport.parse((await ready(env)).report);

/** Stores every object of the repository as a file of its own, so that a test can remove one. */
function unpackObjects() {
  const packs = join(host.root, 'packs');
  renameSync(join(host.tree, '.git/objects/pack'), packs);
  for (const name of readdirSync(packs).filter((one) => one.endsWith('.pack')))
    execFileSync('git', ['unpack-objects', '-q'], { cwd: host.tree, input: readFileSync(join(packs, name)) });
}

test('a target of which the repository lacks an object is named: no rollback could restore it', async () => {
  expect((await reported()).lacks).toEqual({ tagged: null, target: null });
  unpackObjects();
  const blob = host.git('rev-parse', 'pre-phase1-stable:integration.py');
  rmSync(join(host.tree, '.git/objects', blob.slice(0, 2), blob.slice(2)));
  const { lacks } = await reported();
  expect(lacks).toEqual({ tagged: null, target: expect.stringMatching(/lacks 1 files of .*first integration\.py/) });
});

describe('a host that is prepared', () => {
  beforeEach(prepare);

  test('reports its tags, the manifest, and copies that open with the rows that were registered', async () => {
    const head = host.git('rev-parse', 'HEAD');
    expect(await reported()).toMatchObject({
      version: 'v1.4.0',
      tagged: head,
      target: host.git('rev-parse', 'pre-phase1-stable^{commit}'),
      manifest: expect.stringMatching(/^[0-9a-f]{64}$/),
      backup: 'ok',
      databases: { count: 2 },
      configuration: 'ok',
    });
  });

  test('reports its clock, and room for a quarantine beside what it needs', async () => {
    const before = Date.now() / 1000;
    const { began, ended, free_bytes, needed_bytes } = await reported();
    expect([began >= before - 1, ended >= began, ended <= Date.now() / 1000 + 1]).toEqual([true, true, true]);
    expect(needed_bytes).toBeGreaterThan(256 * 2 ** 20);
    expect(free_bytes).toBeGreaterThan(0);
  });

  test('is byte for byte as before, and /var/tmp has no copy left', async () => {
    const before = contents(host.root);
    await ready();
    expect(contents(host.root)).toEqual(before);
    expect(readdirSync('/var/tmp').filter((name) => name.includes('rollback-ready-'))).toEqual([]);
  });

  test('reports a copy of a database that was cut', async () => {
    truncateSync(join(host.root, copies, 'databases/outputs/metrics.db'), 100);
    expect((await reported()).backup).toMatch(/^outputs\/metrics\.db: its copy has 100 bytes, expected \d+$/);
  });

  test('reports a copy of the same size and another content', async () => {
    const path = join(host.root, copies, 'databases/outputs/metrics.db');
    const bytes = host.read(`${copies}/databases/outputs/metrics.db`).length;
    chmodSync(path, 0o600);
    writeFileSync(path, Buffer.alloc(bytes, 1), { flag: 'r+' });
    expect((await reported()).backup).toBe('outputs/metrics.db: its copy has another hash than when it was made');
  });

  test('reports a copy that is missing, of a database and of the configuration', async () => {
    rmSync(join(host.root, copies, 'databases/outputs/metrics.db'));
    rmSync(join(host.root, copies, 'files/config/pipeline_config.json'));
    expect(await reported()).toMatchObject({
      backup: 'outputs/metrics.db: its copy is missing',
      configuration: 'config/pipeline_config.json: its copy is missing',
    });
  });

  test('reports a manifest that is gone as no copies', async () => {
    rmSync(join(host.root, copies, 'manifest.json'));
    expect(await reported()).toMatchObject({ manifest: null, backup: 'there are no copies' });
  });
});

test('a host that was never prepared has no tag and no copies', async () => {
  expect(await reported()).toMatchObject({ tagged: null, manifest: null, backup: 'there are no copies' });
  expect(await reported({ SSM_Tag: '', SSM_Preparation: '', SSM_Begun: '' })).toMatchObject({ tagged: null });
});

test('a host without the tag that a rollback restores reports null, and without paths nothing', async () => {
  expect((await reported({ SSM_Target: 'no-such-tag' })).target).toBeNull();
  expect((await reported({ SSM_Paths: '' })).target).toBeUndefined();
});

test('the script refuses to run in any other mode than plan', async () => {
  expect(await ready({ SSM_Mode: 'live' })).toMatchObject({
    verdict: 'failed',
    reason: expect.stringContaining('This script only looks; start it with Mode plan. Nothing was done'),
  });
});
