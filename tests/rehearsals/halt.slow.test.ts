import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storySchema } from '../../rehearsals/story.ts';
import { root, synthesize } from '../cdk/synthesized.ts';
import { runStory, storyNamed } from './run-story.ts';

/** The halt that is added to Phase 1's runbook, as its owners would: order flow stops before anything else. */
const halt = `halt:
  script: run-customer-script.py
  timeout: 1m
  parameters: { Script: scripts/emergency_stop.py, Arguments: [--service, databento] }
steps:`;

const folder = mkdtempSync(join(tmpdir(), 'halting-'));
const infra = join(folder, 'infra');
let synthesis: Awaited<ReturnType<typeof synthesize>>;
beforeAll(async () => {
  cpSync(join(root, 'infra'), infra, { recursive: true });
  const runbook = join(infra, 'runbooks/phase-1-databento-client.yaml');
  writeFileSync(runbook, readFileSync(runbook, 'utf8').replace('\nsteps:', `\n${halt}`));
  synthesis = await synthesize('local', { infra });
});
afterAll(() => {
  synthesis.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

const story = storyNamed('corruption-healed');
const stepsOf = (rollback: object | null) => (rollback as { steps: { step: string; verdict: string }[] }).steps;

test('a halt in a runbook is the first step, before any code moves; the other steps follow unchanged', async () => {
  const { differences, rollback } = await runStory(story, { assembly: synthesis.assembly });
  expect(differences).toEqual([]);
  expect(stepsOf(rollback)[0]).toMatchObject({ step: 'halt', verdict: 'done', hosts_done: 3 });
});

test('a halt that fails ends the rollback: no other step runs, and a person is paged', async () => {
  const failing = storySchema.parse({
    name: 'A halt that fails',
    when: [
      { at: '0s', script: { step: 'halt', host: 'host-2', fails: 3 } },
      { at: '0s', start: { phase: 1 } },
    ],
    // biome-ignore lint/suspicious/noThenProperty: the story's own word
    then: { ending: 'Needs a person', flags: { data_source: 'databento' }, hosts: { version: 'v1.4.0' } },
  });
  const { differences, rollback } = await runStory(failing, { assembly: synthesis.assembly });
  expect(differences).toEqual([]);
  expect(stepsOf(rollback).map(({ step, verdict }) => [step, verdict])).toEqual([['halt', 'failed']]);
});

test('a plan shows the command of the halt', async () => {
  const planning = storySchema.parse({
    name: 'The plan of a halt',
    hosts: 1,
    when: [{ at: '0s', start: { phase: 1, input: { mode: 'plan' } } }],
    // biome-ignore lint/suspicious/noThenProperty: the story's own word
    then: { ending: 'Planned' },
  });
  const { events } = await runStory(planning, { assembly: synthesis.assembly });
  expect(events.find(({ type }) => type === 'Planned')?.['detail']).toMatchObject({
    plan: { steps: expect.arrayContaining(['Halt', 'Stop data ingestion']) },
    steps: expect.arrayContaining([
      {
        step: 'halt',
        name: 'Halt',
        runs: ['python scripts/emergency_stop.py --service databento'],
        takes: {},
        changes: 0,
      },
    ]),
  });
});
