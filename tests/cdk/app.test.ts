import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, type TestContext, test } from 'vitest';
import { root, synthesize } from './synthesized.ts';

/** A synthesis takes seconds on an idle machine and a minute on a busy one. */
const patience = { timeout: 300_000 };

/** Copies the files that the app reads, so that a test may change them. */
function copyOfTheTree({ onTestFinished }: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'rollback-tree-'));
  for (const part of ['cdk', 'config', 'domain', 'infra', 'lambdas', 'statemachines', 'package.json'])
    cpSync(join(root, part), join(folder, part), { recursive: true });
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

async function failure(environment: string, tree?: string, reviewed = false) {
  const { exitCode, stderr, remove } = await synthesize(environment, tree ? { tree, reviewed } : { reviewed });
  remove();
  return { exitCode, stderr };
}

const runbook = 'infra/runbooks/phase-1-databento-client.yaml';
function edit(tree: string, from: string, to: string, file = runbook): void {
  const text = readFileSync(join(tree, file), 'utf8');
  writeFileSync(join(tree, file), text.replace(from, to));
}

describe.concurrent('a mistake is one sentence and exit code 1', patience, () => {
  test('trust: auto without evidence, with file and line', async (context) => {
    const tree = copyOfTheTree(context);
    const file = 'infra/environments/staging.yaml';
    edit(tree, '\ntrust: approve', '\ntrust: auto', file);
    const line = readFileSync(join(tree, file), 'utf8').split('\n').indexOf('trust: auto') + 1;
    expect(await failure('staging', tree)).toEqual({
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

  test('a mistake in a runbook, with file and line', async (context) => {
    const tree = copyOfTheTree(context);
    edit(tree, 'stage: immediate', 'stage: later');
    expect(await failure('local', tree)).toEqual({
      exitCode: 1,
      stderr: `${runbook}:16: steps.0.stage: expected one of immediate, recovery, found "later"\n`,
    });
  });
});

test('a finding of cdk-nag that is not acknowledged fails the synthesis, with its id', patience, async (context) => {
  const tree = copyOfTheTree(context);
  edit(tree, 'enforceSSL: true', 'enforceSSL: false', 'cdk/dead-letters.ts');
  const { exitCode, stderr } = await failure('local', tree, true);
  expect(exitCode).toBe(1);
  expect(stderr).toContain("Acknowledge with 'AwsSolutions::AwsSolutions-SQS4'");
});

test('a wildcard without a reason fails the synthesis', patience, async (context) => {
  const tree = copyOfTheTree(context);
  edit(
    tree,
    'const made = new PolicyStatement(statement);',
    'return new PolicyStatement(statement);',
    'cdk/wildcard.ts',
  );
  const { exitCode, stderr } = await failure('local', tree);
  expect(exitCode).toBe(1);
  expect(stderr).toMatch(
    /^rollback-local\/\S+: \S+ on \S.* has a wildcard without a reason\. Create the statement with wildcard\(\)\.\n$/,
  );
});
