import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// Tests that take minutes run only by `npm run test:slow`.
const slow = process.env['SLOW'] !== undefined;
const files = (folder: string) => `${folder}**/*${slow ? '.slow' : ''}.test.ts`;

/** The files that take longest. They start first, so that no core waits for one of them at the end. */
const longest = [
  'tests/simulator/stories-',
  'tests/rehearsals/stories.',
  'tests/embedded-account.',
  'tests/cli/killed.',
  'tests/cli/interrupted.',
  'tests/browser/console.',
  'tests/cdk/app.',
  'tests/cdk/review.',
  'tests/incidents/incidents.',
  'tests/infra/host-scripts/attacks.',
  'tests/infra/host-scripts/tree-shapes.',
];
const rank = ({ moduleId }: TestSpecification) => (longest.some((name) => moduleId.includes(name)) ? 0 : 1);

class LongestFirst extends BaseSequencer {
  override async sort(specifications: TestSpecification[]): Promise<TestSpecification[]> {
    return (await super.sort(specifications)).toSorted((a, b) => rank(a) - rank(b));
  }
}

export default defineConfig({
  test: {
    include: ['bench/', 'tests/', 'packages/embedded-aws/test/'].map(files),
    exclude: slow ? [] : ['**/*.slow.test.ts'],
    // Test files share a worker, which loads each module once. A worker per file would load the SDK and the CDK for each.
    // So a file leaves nothing behind: no variable, no fake timer, no open account.
    isolate: false,
    // Node loads the modules itself: Vite would transform each, and then look up every imported name at each use. Modules
    // cannot be mocked.
    experimental: { viteModuleRunner: false },
    // The slowest files mostly wait for real clocks and processes, so three at a time keep two cores busy.
    maxWorkers: 3,
    sequence: { sequencer: LongestFirst },
    globalSetup: ['tests/run-folder.ts'],
    setupFiles: ['tests/property-seed.ts', 'tests/end-of-file.ts'],
    // The timeouts are generous, because a busy machine may take ten times as long. They still end a hanging test.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000 } },
  },
});
