import { spawnSync } from 'node:child_process';
import { afterAll, expect, test } from 'vitest';
import { environmentNames } from '../../config/environment-files.ts';
import { root, synthesize } from './synthesized.ts';

const version = spawnSync('cfn-lint', ['--version'], { encoding: 'utf8' }).stdout?.trim();
const made: Awaited<ReturnType<typeof synthesize>>[] = [];
afterAll(() => {
  for (const { remove } of made) remove();
});

// The three environments take twenty seconds of a core.
test.skipIf(!version)(
  `cfn-lint finds nothing in any template (${version ?? 'skipped: it is not installed here'})`,
  { timeout: 300_000 },
  async () => {
    for (const environment of environmentNames()) made.push(await synthesize(environment));
    // cfn-lint runs in the root, because .cfnlintrc.yaml is there.
    const files = made.flatMap(({ templateFiles }) => templateFiles());
    const { stdout, status } = spawnSync('cfn-lint', files, { cwd: root, encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  },
);
