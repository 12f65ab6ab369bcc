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
import { withLiteralKeys } from '../../../cdk/tasks/literal-keys.ts';
import { bundles as cacheOfBundles } from '../../../cli/account/embedded-account.ts';
import { sharedAssembly } from '../../shared-assembly.ts';

await sharedAssembly(); // which bundles
const bundles = bundleFunctions(cacheOfBundles);

test('every folder of lambdas/ with an index.ts is a function, and no other folder is', () => {
  expect(functionNames()).toEqual(expect.arrayContaining(['open-rollback', 'run-on-hosts', 'close-rollback']));
  expect(functionNames()).not.toContain('middleware');
});

/** The functions that read the inventory from EC2 and call up to seven services more. Half of each is the SDK. */
const withMostClients = ['check-readiness', 'follow-the-rollback', 'open-rollback', 'reconcile'];
const mostKilobytes = (name: string) => (withMostClients.includes(name) ? 725 : 600);

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

test('a bundle has the schemas of the actions it calls, and of no others', () => {
  const text = readFileSync(join(bundles['run-on-hosts'] ?? '', 'index.mjs'), 'utf8');
  expect(text).toContain('"DescribeInstancesRequest"');
  expect(text).not.toContain('"DescribeVolumesRequest"');
});

test.each([
  ['{ [_xN]: _m, [_eQN]: `Min` }', '{ "xmlName": _m, "ec2QueryName": `Min` }'],
  ['{ [_other]: _m }', '{ [_other]: _m }'], // no constant of this module
  ['[[_m], [_m, _xN]]', '[[_m], [_m, _xN]]'], // elements of a list
])('a computed key whose string is known is written as the string: %s', (text, expected) => {
  const constants = 'const _xN = "xmlName";\nconst _eQN = "ec2QueryName";\nconst _m = "min";\n';
  expect(withLiteralKeys(`${constants}var a = ${text};`)).toBe(`${constants}var a = ${expected};`);
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
