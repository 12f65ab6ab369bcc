import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { incidentsText } from '../../cli/text/incidents-text.ts';
import { incidentIn } from '../../incidents/arbitrary.ts';
import { type Judged, judgeIncident, type Place } from '../../incidents/judged.ts';
import { knownBroken, storyOf } from '../../incidents/known-broken.ts';
import { drawn, searchOne } from '../../incidents/search.ts';
import { storyText } from '../../incidents/story-text.ts';
import { tallied } from '../../incidents/tally.ts';
import { accountOpens } from '../../rehearsals/run-story.ts';
import { storySchema } from '../../rehearsals/story.ts';
import { openSimulatedAccount } from '../../simulator/simulated-account.ts';
import { synthesized } from '../rehearsals/synthesized.ts';

const region = 'us-east-1';

/** A simulated account for each incident, on the assembly of the environment local that all test files share. */
const place: Place = {
  environment: 'local',
  region,
  open: async (story, seed) =>
    openSimulatedAccount({
      assembly: await synthesized(),
      image: join(import.meta.dirname, '../../rehearsals/host-images/trading'),
      folder: join(tmpdir(), 'unused-by-a-simulated-account'),
      hosts: story.hosts,
      region,
      seed,
      virtualFrom: Date.parse(accountOpens(story)),
    }),
};
const options = { seed: 1, known: knownBroken, shrink: () => 1, twiceEvery: 1000, troubles: 0 };
const patience = { timeout: 300_000 };

test('every incident that can be drawn is a story', () => {
  fc.assert(
    fc.property(incidentIn('local'), (document) => storySchema.safeParse(document).success),
    { numRuns: 300, seed: 1 },
  );
});

describe('an incident', patience, () => {
  test('with the same number breaks nothing and has the same hash twice', async () => {
    const [one, other] = [await searchOne(place, 59, options), await searchOne(place, 59, options)];
    expect(one).toMatchObject({ broken: undefined, number: 59 });
    expect(other).toEqual(one);
  });

  test('that breaks an invariant is shrunk to a story file that names it', async () => {
    const stuck: Place = {
      ...place,
      // The account forgets that messages were published, so no ending is told.
      open: async (story, seed) => {
        const account = await place.open(story, seed);
        const control: typeof account.reach.control = async (method, path, body) =>
          path === '/messages' ? { status: 200, text: '[]' } : account.reach.control(method, path, body);
        return { ...account, reach: { ...account.reach, control } };
      },
    };
    const { broken } = await searchOne(stuck, 59, { ...options, shrink: () => 2 });
    expect(broken?.invariant).toBe('every-ending-is-told');
    expect(broken?.story).toMatch(/^# every-ending-is-told: rollback /);
    expect(storySchema.safeParse(parse(broken?.story ?? '')).success).toBe(true);
  });
});

test('an action that could not be made is left out of the story file', patience, async () => {
  const [document] = fc.sample(incidentIn('local'), { numRuns: 1, seed: 1 });
  if (!document) throw new Error('fast-check drew nothing.');
  const idle = {
    ...document,
    when: [
      { at: '1s', stop: { phase: 1 } },
      { at: '2s', heal: { phase: 1 } },
    ],
  };
  const judged = await judgeIncident(storySchema.parse(idle), place);
  expect(judged.failed.map(({ why }) => why)).toEqual([
    expect.stringMatching(/^No execution of .*phase-1 is running, so none can be stopped\.$/),
  ]);
  expect(storyText(idle, { invariant: 'none', says: 'nothing' }, judged)).not.toContain('stop');
});

test('an action stays in the story file if only another one of the same instant could not be made', () => {
  const when = [1, 2].map((phase) => ({ at: '57s', verified: { phase, version: 'v1.2.0' } }));
  const document = { ...drawn(1, 1, 'local'), when };
  const story = storySchema.parse(document);
  const failed = [{ action: { ...story.when[0] }, why: 'it is on no record' }];
  const judged = { failed, evidence: { rollbacks: [], executions: [], story } } as unknown as Judged;
  expect(parse(storyText(document, { invariant: 'none', says: 'nothing' }, judged)).when).toEqual([when[1]]);
});

test('an action that happens twice is written twice: a story file has no aliases', () => {
  const release = { operator: 'ana', reason: 'looked' };
  const twice = { ...drawn(1, 1, 'local'), when: ['200s', '320s'].map((at) => ({ at, release })) };
  const judged = { failed: [], evidence: { rollbacks: [], executions: [], story: { when: [] } } } as unknown as Judged;
  const text = storyText(twice, { invariant: 'none', says: 'nothing' }, judged);
  expect(text).not.toMatch(/[&*]a1/);
  expect(parse(text).when).toEqual(twice.when);
});

test.each(knownBroken)('the known break $name has a story and a reason', (known) => {
  expect(storyOf(known).when.length).toBeGreaterThan(0);
  expect(known.why).toMatch(/\.$/);
});

describe('a tally', () => {
  const found = (number: number, broken = false) => ({
    number,
    hash: `hash-${number}`,
    acting: 1,
    transitions: 10,
    struck: ['an AWS call hung'],
    known: [],
    broken: broken ? { invariant: 'effect-once', says: `break ${number}`, story: '', runs: 1 } : undefined,
  });
  const sumOf = (...all: ReturnType<typeof found>[]) => {
    const tally = tallied();
    for (const one of all) tally.add(one);
    return tally.sum();
  };

  test('has the same hash in whatever order two processes find incidents', () => {
    expect(sumOf(found(2), found(1)).hash).toBe(sumOf(found(1), found(2)).hash);
  });

  test('reports how many rollbacks acted and how many transitions an incident has on average', () => {
    const idle = { ...found(3), acting: 0, transitions: 7 };
    const sum = sumOf(found(1), { ...found(2), acting: 5, transitions: 100 }, idle);
    expect(sum).toMatchObject({ incidents: 3, acting: 6, transitions: 117 });
    expect(incidentsText({ ...sum, seed: 1, repaired: [], seconds: 60 })).toContain(
      '2.00 rollbacks that acted and 39.00 transitions per incident',
    );
  });

  test('counts in how many incidents each kind of trouble struck, and names those that never did', () => {
    const { struck } = sumOf(found(1), found(2), { ...found(3), struck: [] });
    expect([struck['an AWS call hung'], struck['a budget was armed']]).toEqual([2, 0]);
    const text = incidentsText({ ...sumOf(found(1)), seed: 1, repaired: [], seconds: 60 });
    expect(text).toMatch(/an AWS call hung +1\n/);
    expect(text).toMatch(/a budget was armed +0\n/);
  });

  test('keeps the first incident of each broken invariant, and counts the others', () => {
    expect(sumOf(found(3, true), found(1, true), found(2)).broken).toMatchObject([
      { number: 1, times: 2, says: 'break 1' },
    ]);
  });
});
