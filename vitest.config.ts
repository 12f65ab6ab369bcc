import { defineConfig } from 'vitest/config';

// What takes minutes runs by `npm run test:slow`.
const slow = process.env['SLOW'] !== undefined;
const files = (folder: string) => `${folder}**/*${slow ? '.slow' : ''}.test.ts`;
const exclude = slow ? [] : ['**/*.slow.test.ts'];

/**
 * Tests that change nothing outside of what they make: their files share a worker, which loads each module once. One of
 * their own for each file costs half of the processor time of these tests.
 */
const together = [
  'tests/config/',
  'tests/domain/',
  'tests/statemachines/',
  'tests/docs/',
  'tests/lambdas/',
  'packages/embedded-aws/test/!(template)/',
].map(files);

export default defineConfig({
  test: {
    // The slowest files mostly wait, for real clocks and for processes to end; three at a time keep two cores busy.
    maxWorkers: 3,
    globalSetup: ['tests/run-folder.ts'],
    // Generous: a busy machine may take ten times as long, and a hang is found all the same.
    testTimeout: 60_000,
    hookTimeout: 120_000,
    projects: [
      { extends: true, test: { name: 'together', include: together, exclude, isolate: false } },
      {
        extends: true,
        test: {
          name: 'each alone',
          include: ['tests/', 'packages/embedded-aws/test/'].map(files),
          exclude: [...exclude, ...together],
        },
      },
    ],
  },
});
