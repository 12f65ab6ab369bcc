import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleFunctions, functionNames } from '../../../cdk/tasks/bundle.ts';

const bundles = bundleFunctions();

test('every folder of lambdas/ with an index.ts is a function, and no other folder is', () => {
  expect(functionNames()).toEqual(expect.arrayContaining(['open-rollback', 'run-on-hosts', 'close-rollback']));
  expect(functionNames()).not.toContain('middleware');
});

test.each(functionNames())('%s is one file of at most 600 KB', (name) => {
  const folder = bundles[name] ?? '';
  expect(readdirSync(folder)).toEqual(['index.mjs']);
  expect(statSync(join(folder, 'index.mjs')).size).toBeLessThanOrEqual(600 * 1024);
});

test('a bundle imports the omitted providers only if the function has no credentials in its environment', async () => {
  const text = readFileSync(join(bundles['reconcile'] ?? '', 'index.mjs'), 'utf8');
  expect(text).toMatch(/await import\("@aws-sdk\/credential-provider-sso"\)/);
  expect(text).not.toMatch(/from"@(aws-sdk|smithy)\//);
});
