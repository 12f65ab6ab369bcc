import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { root, synthesize } from './synthesized.ts';

/** A synthesis takes seconds on an idle machine and a minute on a busy one. */
const patience = { timeout: 300_000 };

/** A copy of the files that the app reads, which a test may change. Tests share it, so Node compiles its modules once. */
const tree = mkdtempSync(join(tmpdir(), 'rollback-tree-'));
beforeAll(() => {
  for (const part of ['cdk', 'config', 'domain', 'infra', 'lambdas', 'statemachines', 'package.json'])
    cpSync(join(root, part), join(tree, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(tree, 'node_modules'));
});
afterAll(() => rmSync(tree, { recursive: true, force: true }));

async function failure(environment: string, reviewed = false) {
  const { exitCode, stderr, remove } = await synthesize(environment, { tree, reviewed });
  remove();
  return { exitCode, stderr };
}

const runbook = 'infra/runbooks/phase-1-databento-client.yaml';
/** Edits a file of the copy until the end of the test. Returns its new text. */
function edit(from: string, to: string, file = runbook): string {
  const before = readFileSync(join(tree, file), 'utf8');
  const text = before.replace(from, to);
  writeFileSync(join(tree, file), text);
  onTestFinished(() => writeFileSync(join(tree, file), before));
  return text;
}

describe('a mistake is one sentence and exit code 1', patience, () => {
  test('trust: auto without evidence, with file and line', async () => {
    const file = 'infra/environments/staging.yaml';
    const line = edit('\ntrust: approve', '\ntrust: auto', file).split('\n').indexOf('trust: auto') + 1;
    expect(await failure('staging')).toEqual({
      exitCode: 1,
      stderr: `${file}:${line}: trust: expected evidence for auto, found no file infra/trust-evidence/staging.json. With trust: approve deploy, drill every phase, then: npm run rollback -- trust --environment staging\n`,
    });
  });

  test('an unknown environment, with the list of known ones', async () => {
    expect(await failure('prod')).toEqual({
      exitCode: 1,
      stderr: 'Unknown environment "prod". Known: incidents, local, paged, production, staging (infra/environments).\n',
    });
  });

  test('a mistake in a runbook, with file and line', async () => {
    edit('stage: immediate', 'stage: later');
    expect(await failure('local')).toEqual({
      exitCode: 1,
      stderr: `${runbook}:16: steps.0.stage: expected one of immediate, recovery, found "later"\n`,
    });
  });
});

test('a finding of cdk-nag that is not acknowledged fails the synthesis, with its id', patience, async () => {
  edit('enforceSSL: true', 'enforceSSL: false', 'cdk/dead-letters.ts');
  const { exitCode, stderr } = await failure('local', true);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Acknowledge with 'AwsSolutions::AwsSolutions-SQS4'");
});

test('a wildcard without a reason fails the synthesis', patience, async () => {
  edit('const made = new PolicyStatement(statement);', 'return new PolicyStatement(statement);', 'cdk/wildcard.ts');
  const { exitCode, stderr } = await failure('local');
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^rollback-local\/\S+: \S+ on \S.* has a wildcard without a reason\. Create the statement with wildcard\(\)\.\n$/,
  );
});
