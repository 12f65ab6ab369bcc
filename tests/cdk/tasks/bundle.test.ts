import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleFunctions, functionNames } from '../../../cdk/tasks/bundle.ts';

const bundles = bundleFunctions();

test('every folder of lambdas/ with an index.ts is a function, and no other folder is', () => {
  expect(functionNames()).toEqual(expect.arrayContaining(['open-rollback', 'run-on-hosts', 'close-rollback']));
  expect(functionNames()).not.toContain('middleware');
});

/** The functions that read the inventory from EC2, whose client alone has 577 KB (docs/decisions/inventory-of-hosts.md). */
const withEc2 = ['confirm-recovery', 'flip-flag', 'look-at-hosts', 'open-rollback', 'reconcile', 'run-on-hosts'];
const mostKilobytes = (name: string) => (withEc2.includes(name) ? 1200 : 600);

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
