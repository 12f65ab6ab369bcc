import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bundleFunctions, functionNames } from '../../../cdk/tasks/bundle.ts';
import { cachedBundles } from '../../../cdk/tasks/bundle-cache.ts';
import { bundles as cacheOfBundles } from '../../../cli/account/embedded-account.ts';
import { sharedAssembly } from '../../shared-assembly.ts';

await sharedAssembly(); // which bundles
const bundles = bundleFunctions(cacheOfBundles);

test('every folder of lambdas/ with an index.ts is a function, and no other folder is', () => {
  expect(functionNames()).toEqual(expect.arrayContaining(['open-rollback', 'run-on-hosts', 'close-rollback']));
  expect(functionNames()).not.toContain('middleware');
});

/** The functions that read the inventory from EC2, whose client alone has 577 KB (docs/decisions/inventory-of-hosts.md). */
const withEc2 = [
  'follow-the-rollback', // S3, and five more clients
  ...['confirm-recovery', 'flip-flag', 'look-at-hosts', 'open-rollback', 'prepare-the-hosts'],
  ...['reconcile', 'run-on-hosts', 'watch-the-fleet', 'halt-the-hosts', 'resume-the-hosts'],
];
/** It reads four services and writes to a fifth, beside a rollback: nobody waits for its start. */
const writer = 'write-page';
/** It reads seven services once in half an hour, and nobody waits for its start. */
const widest = 'check-readiness';
/** It does the most of what no state does, every minute, and a rollback does not wait for its start. */
const everyMinute = 'reconcile';
const mostKilobytes = (name: string) =>
  name === everyMinute ? 1250 : name === widest ? 1300 : withEc2.includes(name) ? 1200 : name === writer ? 650 : 600;

test.each(functionNames().map((name) => [name, mostKilobytes(name)] as const))(
  '%s is one file of at most %d KB',
  (name, most) => {
    const folder = bundles[name] ?? '';
    expect(readdirSync(folder)).toEqual(['index.mjs']);
    expect(statSync(join(folder, 'index.mjs')).size).toBeLessThanOrEqual(most * 1024);
  },
);

test('a bundle imports the omitted providers only if the function has no credentials in its environment', async () => {
  const text = readFileSync(join(bundles['reconcile'] ?? '', 'index.mjs'), 'utf8');
  expect(text).toMatch(/await import\("@aws-sdk\/credential-provider-sso"\)/);
  expect(text).not.toMatch(/from"@(aws-sdk|smithy)\//);
});

describe('a cache of bundles', () => {
  const folder = mkdtempSync(join(tmpdir(), 'bundles-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  let times = 0;
  const make = (made: string) => {
    times += 1;
    writeFileSync(join(made, 'file'), String(times));
  };

  test('is filled once for the same sources, and gives what was made first', () => {
    const [one, other] = [cachedBundles(folder, make), cachedBundles(folder, make)];
    expect([other, readFileSync(join(other, 'file'), 'utf8'), times]).toEqual([one, '1', 1]);
    expect(readdirSync(folder)).toHaveLength(1);
  });

  test('takes what another process made meanwhile', () => {
    const cache = join(folder, 'busy');
    const found = cachedBundles(cache, (made) => {
      make(made);
      cachedBundles(cache, make);
    });
    expect(readdirSync(cache)).toHaveLength(1);
    expect(readFileSync(join(found, 'file'), 'utf8')).toBe(String(times));
  });

  test('keeps the three that were used last, and any of the last hour', () => {
    const cache = join(folder, 'old');
    const aged = (name: string, hours: number) => {
      mkdirSync(join(cache, name), { recursive: true });
      const at = new Date(Date.now() - hours * 3600 * 1000);
      utimesSync(join(cache, name), at, at);
    };
    for (const [name, hours] of [
      ['a', 0.1],
      ['b', 0.2],
      ['c', 0.3],
      ['d', 3],
      ['e', 4],
    ] as const)
      aged(name, hours);
    const made = cachedBundles(cache, make);
    expect(readdirSync(cache).toSorted()).toEqual(['a', 'b', 'c', made.slice(cache.length + 1)].toSorted());
    expect(existsSync(made)).toBe(true);
  });
});
