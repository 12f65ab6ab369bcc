import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { storySchema } from '../../rehearsals/story.ts';
import { root, synthesize } from '../cdk/synthesized.ts';
import { runSimulated } from './run-story.ts';

// An environment that halts trading on CRITICAL alarms, and a runbook that begins with the same halt.

const folder = mkdtempSync(join(tmpdir(), 'halt-on-critical-'));
const infra = join(folder, 'infra');
let synthesis: Awaited<ReturnType<typeof synthesize>>;
beforeAll(async () => {
  cpSync(join(root, 'infra'), infra, { recursive: true });
  const environment = join(infra, 'environments/local.yaml');
  writeFileSync(
    environment,
    `${readFileSync(environment, 'utf8')}  halt_on_critical: [system_failure, data_corruption]\n`,
  );
  const runbook = join(infra, 'runbooks/phase-1-databento-client.yaml');
  const text = readFileSync(runbook, 'utf8');
  writeFileSync(runbook, text.replace('\nsteps:', '\nhalt: { script: halt.py, timeout: 1m }\nsteps:'));
  synthesis = await synthesize('local', { infra });
});
afterAll(() => {
  synthesis.remove();
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

test('a CRITICAL alarm halts trading, also while no rollback can open because DynamoDB is away', async () => {
  const story = storySchema.parse({
    name: 'Halted by an alarm',
    when: [
      { at: '30s', aws: { action: 'dynamodb:Query', error: 'InternalServerError', for: '10m' } },
      { at: '40s', fault: { phase: 1, trigger: 'data_corruption' } },
    ],
    lasts: '12m',
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: {
      halt: { within: '10s', hosts: 3, confirmed: 3, operator: 'automation', reason: { contains: 'data_corruption' } },
      messages: ['trading-halt', 'trading-halted'],
      hosts: { trading: 'halted' },
    },
  });
  const { differences } = await runSimulated(story, { assembly: synthesis.assembly });
  expect(differences).toEqual([]);
});

test('the question and the ending of a rollback whose alarm halted trading say which hosts stand still, and what ends that', async () => {
  const story = storySchema.parse({
    name: 'One ill host, and every host halted',
    when: [
      { at: '0s', fault: { phase: 1, trigger: 'data_corruption', host: 'host-3' } },
      { at: '3m', answer: { answer: 'stand-down', operator: 'ana' } },
    ],
    lasts: '5m',
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: [{ ending: 'Stood down', hosts: { trading: 'halted' } }, { halt: { confirmed: 3 } }],
  });
  const { differences, events } = await runSimulated(story, { assembly: synthesis.assembly });
  expect(differences).toEqual([]);
  const told = new Map(
    (events as readonly { readonly type: string; readonly detail: Record<string, unknown> }[])
      .filter(({ type }) => type === 'Message sent')
      .map(({ detail }) => [detail['message'], String(detail['body'])]),
  );
  expect(told.get('question')).toContain('Trading: an alarm of data_corruption halts trading here');
  expect(told.get('stood-down')).toContain('Trading: HALTED on 3 of 3 hosts, which stand still; by automation');
  expect(told.get('stood-down')).toContain(
    'No answer and no ending of a rollback resumes it, only: npm run rollback -- resume',
  );
});

const halted = { at: '0s', market: { phase: 1, halted: '10m' } };
const closed = [
  { from: '-2h', until: '1m' },
  { from: '2h', until: '5h' },
];

test.each([
  ['the market is closed', { calendar: closed }, [], 'closed'],
  ['a venue is halted', {}, [halted], 'halted'],
])('silence while %s halts nothing and tells nobody', async (_, calendar, market, why) => {
  const story = storySchema.parse({
    name: 'Explained silence',
    hosts: 1,
    ...calendar,
    when: [...market, { at: '2m', silence: { phase: 1, metrics: ['SystemFailures'], for: '3m' } }],
    lasts: '6m',
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: [
      { ending: 'Market not open', hosts: { trading: 'running' } },
      { halt: { not_halted: { contains: why } }, no_messages: ['trading-halt', 'halt-failed'] },
    ],
  });
  const { differences } = await runSimulated(story, { assembly: synthesis.assembly });
  expect(differences).toEqual([]);
});

test('the halt of a runbook runs the script of the environment, and its own rollback ends that halt', async () => {
  const story = storySchema.parse({
    name: 'Halted by a step',
    when: [{ at: '0s', start: { phase: 1, input: { operator: 'ana', reason: 'by hand', severity: 'CRITICAL' } } }],
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: { ending: 'Rolled back', hosts: { trading: 'running', orders: { open: 0, sent: 2 } } },
  });
  const { differences, rollback } = await runSimulated(story, { assembly: synthesis.assembly });
  expect(differences).toEqual([]);
  const { steps } = rollback as { readonly steps: readonly { readonly step: string; readonly hosts_done: number }[] };
  expect(steps[0]).toMatchObject({ step: 'halt', hosts_done: 3 });
});

test('orders that the broker has not acknowledged keep Phase 1 from resuming operations', async () => {
  const story = storySchema.parse({
    name: 'Orders keep trading halted',
    when: [
      { at: '0s', orders: { host: 'host-2', unacknowledged: 1, position_breaks: null } },
      { at: '1s', start: { phase: 1, input: { operator: 'ana', reason: 'by hand', severity: 'CRITICAL' } } },
    ],
    // biome-ignore lint/suspicious/noThenProperty: the word of the story; it is parsed, never awaited
    then: { ending: 'Needs a person', host: { 'host-2': { trading: 'halted' }, 'host-1': { trading: 'running' } } },
  });
  const { differences, events } = await runSimulated(story, { assembly: synthesis.assembly });
  expect(differences).toEqual([]);
  expect(JSON.stringify(events)).toContain(
    'unacknowledged_orders is 1, allowed 0; position_breaks is INCONCLUSIVE, allowed 0',
  );
});
