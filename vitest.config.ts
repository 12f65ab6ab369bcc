import { defineConfig } from 'vitest/config';

// Tests that take minutes run only by `npm run test:slow`.
const slow = process.env['SLOW'] !== undefined;
const files = (folder: string) => `${folder}**/*${slow ? '.slow' : ''}.test.ts`;
const exclude = slow ? [] : ['**/*.slow.test.ts'];

/**
 * Tests without side effects outside of their own data. Their files share a worker, which loads each module once. One
 * worker per file would double the processor time of these tests.
 */
const together = [
  'tests/config/',
  'tests/domain/',
  'tests/statemachines/',
  'tests/docs/',
  'tests/lambdas/',
  'tests/cdk/',
  'tests/infra/',
  'tests/cli/text/',
  'packages/embedded-aws/test/!(template)/',
].map(files);

/**
 * Tests that compute for minutes, in the simulator. Node loads their modules itself: in Vite's form a module looks up every
 * imported name at each use, which costs them a quarter of their processor time. They cannot mock modules.
 */
const computing = ['tests/simulator/', 'tests/incidents/'].map(files);

export default defineConfig({
  test: {
    // The slowest files mostly wait for real clocks and processes, so three at a time keep two cores busy.
    maxWorkers: 3,
    globalSetup: ['tests/run-folder.ts'],
    setupFiles: ['tests/property-seed.ts'],
    // The timeouts are generous, because a busy machine may take ten times as long. They still end a hanging test.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'together', include: together, exclude, isolate: false } },
      {
        extends: true,
        test: { name: 'computing', include: computing, exclude, experimental: { viteModuleRunner: false } },
      },
      {
        extends: true,
        test: {
          name: 'each alone',
          include: ['bench/', 'tests/', 'packages/embedded-aws/test/'].map(files),
          exclude: [...exclude, ...together, ...computing],
        },
      },
    ],
  },
});
