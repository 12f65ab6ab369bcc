import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { bundleFunctions, functionNames } from '../../cdk/bundle.ts';

const bundles = bundleFunctions();

test('every folder of lambdas/ with an index is a function, and no other', () => {
  expect(functionNames()).toEqual(expect.arrayContaining(['open-rollback', 'run-on-hosts', 'close-rollback']));
  expect(functionNames()).not.toContain('middleware');
});

/** Kilobytes. What a rollback waits for starts cold and has to be small; Reconcile is warm, and speaks to seven services. */
const most = (name: string) => (name === 'reconcile' ? 700 : 600);

test.each(functionNames().map((name) => [name, most(name)] as const))(
  '%s is one file of at most %d KB',
  (name, kilobytes) => {
    const folder = bundles[name] ?? '';
    expect(readdirSync(folder)).toEqual(['index.mjs']);
    expect(statSync(join(folder, 'index.mjs')).size).toBeLessThanOrEqual(kilobytes * 1024);
  },
);
