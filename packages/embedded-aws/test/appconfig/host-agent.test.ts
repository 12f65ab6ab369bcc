import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { writeAgentFiles } from '../../src/appconfig/written-files.ts';
import { dataSource, MINUTE, SmallAccount, seededAccount } from './appconfig-account.ts';

const DATABENTO = { enabled: true, value: 'databento' };
const BARCHART = { enabled: true, value: 'barchart' };
const hosts = Array.from({ length: 100 }, (_, i) => `host-${i + 1}`);

/** Returns the number of hosts, out of 100, that have version 2. */
const withBarchart = (account: SmallAccount) =>
  hosts.filter((host) => JSON.stringify(account.on(host)) === JSON.stringify(BARCHART)).length;

describe('the configuration on a host', () => {
  test('is missing before the first deployment', () => {
    expect(new SmallAccount().on('host-1')).toBeUndefined();
  });

  test('is the first version as soon as it is deployed', async () => {
    const account = new SmallAccount();
    await account.store(dataSource('databento'));
    await account.deploy(1, account.strategy({ name: 'emergency' }));
    await account.pass(1);
    expect(account.on('host-1')).toEqual(DATABENTO);
  });

  test('is a new version only after the next poll, later than the deployment is COMPLETE', async () => {
    const account = await seededAccount();
    await account.deploy(2, account.strategy({ name: 'emergency' }));
    await account.pass(6_000);
    expect(await account.deployment(2)).toMatchObject({ State: 'COMPLETE' });
    expect(withBarchart(account)).toBeGreaterThan(0);
    expect(withBarchart(account)).toBeLessThan(40);
  });

  test('is the new version on every host 45 seconds later', async () => {
    const account = await seededAccount();
    await account.deploy(2, account.strategy({ name: 'emergency' }));
    await account.pass(45_000);
    expect(withBarchart(account)).toBe(100);
  });

  test('is the new version on as many hosts as the percentage of a gradual deployment, and stays there', async () => {
    const account = await seededAccount();
    await account.deploy(2, account.strategy({ name: 'halves', deploymentMinutes: 10, growthFactor: 50 }));
    await account.pass(7 * MINUTE);
    const some = hosts.filter((host) => JSON.stringify(account.on(host)) === JSON.stringify(BARCHART));
    expect(Math.abs(some.length - 50)).toBeLessThan(15);
    await account.pass(4 * MINUTE);
    expect(some.every((host) => JSON.stringify(account.on(host)) === JSON.stringify(BARCHART))).toBe(true);
    expect(withBarchart(account)).toBe(100);
  });

  test('returns to the old version when the deployment is rolled back', async () => {
    const account = await seededAccount();
    await account.deploy(2, account.strategy({ name: 'halves', deploymentMinutes: 10, growthFactor: 50 }));
    await account.pass(7 * MINUTE);
    account.alarm = 'ALARM';
    await account.pass(10_000 + 45_000);
    expect(withBarchart(account)).toBe(0);
  });

  test('is the same for the same seed', async () => {
    const seen = await Promise.all(
      [1, 2].map(async () => {
        const account = await seededAccount();
        await account.deploy(2, account.strategy({ name: 'emergency' }));
        await account.pass(20_000);
        return hosts.map((host) => account.on(host));
      }),
    );
    expect(seen[0]).toEqual(seen[1]);
  });

  test('has no attributes for a flag that is off', async () => {
    const account = new SmallAccount();
    await account.store(dataSource('off'));
    await account.deploy(1, account.strategy({ name: 'emergency' }));
    await account.pass(1);
    expect(account.on('host-1')).toEqual({ enabled: false });
  });
});

describe('an agent’s files', () => {
  const folder = () => {
    const made = mkdtempSync(join(tmpdir(), 'agent-'));
    onTestFinished(() => rmSync(made, { recursive: true }));
    return made;
  };
  const write = (account: SmallAccount, root: string) =>
    writeAgentFiles(account.appconfig.agentFiles('host-1'), join(root, 'host-1'));
  const read = (root: string, environment: string): unknown =>
    JSON.parse(readFileSync(join(root, 'host-1/var/lib/appconfig/rollback', environment, 'trading.json'), 'utf8'));

  test('are stored under the names of application, environment and profile, one per layer', async () => {
    const [account, root] = [await seededAccount(), folder()];
    await account.deploy(2, account.strategy({ name: 'emergency' }), { to: account.safety.id });
    await account.pass(MINUTE);
    write(account, root);
    expect(read(root, 'local')).toEqual({ data_source: DATABENTO });
    expect(read(root, 'local-safety')).toEqual({ data_source: BARCHART });
  });

  test('are missing if nothing was deployed', async () => {
    const [account, root] = [await seededAccount(), folder()];
    write(account, root);
    expect(() => read(root, 'local-safety')).toThrow('ENOENT');
  });

  test('change after a deployment', async () => {
    const [account, root] = [await seededAccount(), folder()];
    write(account, root);
    await account.deploy(2, account.strategy({ name: 'emergency' }));
    await account.pass(MINUTE);
    write(account, root);
    expect(read(root, 'local')).toEqual({ data_source: BARCHART });
  });

  test('are not rewritten if nothing changed', async () => {
    const [account, root] = [await seededAccount(), folder()];
    write(account, root);
    const file = join(root, 'host-1/var/lib/appconfig/rollback/local/trading.json');
    const { ino } = statSync(file);
    write(account, root);
    expect(statSync(file).ino).toBe(ino);
  });
});
