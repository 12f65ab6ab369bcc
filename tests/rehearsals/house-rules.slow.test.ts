import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { root, synthesize } from '../cdk/synthesized.ts';
import { runStory, storyIn } from './run-story.ts';

// Stories of rules that infra/ allows but does not use: a copy of infra/ in which only these rules are added.
const rules = [
  ['environments/local.yaml', 'trust: auto', 'questions: { choose: fix-forward }\ntrust: auto'],
  ['triggers.yaml', /(security_issue: .*\n)/, '$1    trust: observe\n'],
  ['triggers.yaml', /(cost_explosion: .*\n) {4}severity: HIGH/, '$1    severity: LOW'],
  ['runbooks/phase-3-integration.yaml', 'phase: 3', 'phase: 3\nrollback_safe: false'],
  ['runbooks/phase-4-production-deployment.yaml', 'phase: 4', 'phase: 4\napprovers: 2'],
] as const;

const folder = mkdtempSync(join(tmpdir(), 'house-rules-'));
const infra = join(folder, 'infra');
cpSync(join(root, 'infra'), infra, { recursive: true });
for (const [file, place, rule] of rules) {
  const text = readFileSync(join(infra, file), 'utf8');
  if (text.replace(place, rule) === text) throw new Error(`${file} has no ${place}.`);
  writeFileSync(join(infra, file), text.replace(place, rule));
}

let synthesis: Awaited<ReturnType<typeof synthesize>>;
beforeAll(async () => {
  synthesis = await synthesize('local', { infra });
}, 240_000);
afterAll(() => {
  synthesis.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const stories = readdirSync(join(import.meta.dirname, 'house-rules'));

describe.concurrent('with other rules the story', { timeout: 300_000 }, () => {
  test.each(stories)('%s passes', async (file) => {
    const story = storyIn(`tests/rehearsals/house-rules/${file}`);
    expect((await runStory(story, { assembly: synthesis.assembly })).differences).toEqual([]);
  });
});
