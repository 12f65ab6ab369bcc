import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { incidentIn } from '../../incidents/arbitrary.ts';
import { functions, states, steps } from '../../incidents/names.ts';
import { actionErrors, awsTroubles } from '../../incidents/troubles/aws.ts';
import { functions as wired } from '../../lambdas/wiring/functions.ts';

const root = join(import.meta.dirname, '../..');

// The keys of stories are read from the schema of story files, so a new key fails until an incident draws it.

type Schema = {
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
};

/** Keys and values that no incident draws, and why. */
const notDrawn: Readonly<Record<string, string>> = {
  'environment=paged': 'incidents have no chat and no pager, which change no host, no flag and no decision',
  'function.name=call-the-pager': 'as environment=paged',
  'function.name=post-to-chat': 'as environment=paged',
  secret: 'as environment=paged',
  'secret.name': 'as environment=paged',
  'secret.value': 'as environment=paged',
  'environment=local': 'incidents have an environment of their own, with short deadlines',
  lasts: 'an incident lasts until nothing happens any more',
  'stop.how': 'neither of its values is drawn',
  'stop.how=timed-out': 'the time limit of a machine is longer than an incident',
  'stop.how=deleted': 'verify-history reports each execution that was deleted with its machine',
  follow_up: 'an incident would otherwise run for seven days',
  'follow_up=true': 'an incident would otherwise run for seven days',
  calendar: 'incidents happen in session; what a closed market changes is held by tables (tests/domain/calendar)',
  'calendar.from': 'as calendar',
  'calendar.until': 'as calendar',
  canary:
    'incidents have no deployment of a part of the hosts: the story canary-is-ill has one, and tables hold its rules (tests/domain)',
  'ready.canary': 'as canary',
  'deployed.canary': 'as canary',
  'deployed.canary=true': 'as canary',
  'given.published': 'a baseline of an earlier session, which only a calendar asks for',
  ...Object.fromEntries(
    ['phase', 'metric', 'value', 'from', 'until'].map((key) => [`given.published.${key}`, 'as given.published']),
  ),
  redeploy: 'as code, which is drawn, at several times: half an hour apart, an incident would be over',
  'redeploy.version': 'as redeploy',
  'redeploy.every': 'as redeploy',
  'redeploy.times': 'as redeploy',
  'resume.despite':
    'the id of a rollback, which an incident does not know before it happens; the story resume-after-a-release has it',
  'start.refused': 'an expectation; an incident is judged by invariants',
  'redrive.refused': 'an expectation; an incident is judged by invariants',
  'answer.refused': 'an expectation; an incident is judged by invariants',
  ack: 'it stops calls, and changes no host, no flag and no decision',
  'ack.operator': 'as ack',
  'ack.rollback': 'as ack',
  'ack.phase': 'as ack',
  ...Object.fromEntries(['1', '2', '3', '4', 'before'].map((phase) => [`ack.phase=${phase}`, 'as ack'])),
  'ack.as': 'as ack',
  'ack.refused': 'an expectation; an incident is judged by invariants',
  'annotate.refused': 'an expectation; an incident is judged by invariants',
  'review.refused': 'an expectation; an incident is judged by invariants',
  'task.refused': 'an expectation; an incident is judged by invariants',
};

/** Returns the keys of a schema, each with its place, and the values that the schema lists. */
function keysOf(schema: Schema, place = ''): string[] {
  const inside = (name: string) => (place === '' ? name : `${place}.${name}`);
  return [
    ...[...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.items ? [schema.items] : [])].flatMap((one) =>
      keysOf(one, place),
    ),
    ...Object.entries(schema.properties ?? {}).flatMap(([name, one]) => [inside(name), ...keysOf(one, inside(name))]),
    ...[...(schema.enum ?? []), ...('const' in schema ? [schema.const] : [])].map((value) => `${place}=${value}`),
  ];
}

/** Returns the keys and the values of a document, each with its place. */
function keysIn(value: unknown, place = ''): string[] {
  if (Array.isArray(value)) return value.flatMap((one) => keysIn(one, place));
  if (typeof value !== 'object' || value === null) return [`${place}=${value}`];
  return Object.entries(value).flatMap(([name, one]) => {
    const inside = place === '' ? name : `${place}.${name}`;
    return [inside, ...keysIn(one, inside)];
  });
}

const withoutWhen = (key: string) => key.replace(/^when\./, '');

const schema = JSON.parse(readFileSync(join(root, 'infra/schemas/story.schema.json'), 'utf8')) as Schema;
const { then: _, ...properties } = schema.properties ?? {};
const known = [...new Set(keysOf({ properties }).map(withoutWhen))];
const incidents = fc.sample(incidentIn('incidents'), { numRuns: 5000, seed: 3 });
const drawn = new Set(incidents.flatMap(({ then: __, ...document }) => keysIn(document)).map(withoutWhen));

test('every key of stories and every value that it lists is drawn, except those with a reason', () => {
  expect(known.filter((key) => !drawn.has(key) && !(key in notDrawn))).toEqual([]);
});

test('a key that is said not to be drawn is a key of stories, and is not drawn', () => {
  expect(Object.keys(notDrawn).filter((key) => drawn.has(key) || !known.includes(key))).toEqual([]);
});

test('every function is drawn', () => {
  expect(Object.keys(wired).filter((name) => !functions.includes(name) && !notDrawn[`function.name=${name}`])).toEqual(
    [],
  );
});

test.each(actionErrors)('the error %s of an AWS action is drawn for all callers and for one', (error) => {
  const faults = incidents.flatMap(({ when }) =>
    when.flatMap(({ aws }) => (aws as { error: string; caller?: string } | undefined) ?? []),
  );
  const same = faults.filter((fault) => fault.error === error);
  expect(same.some(({ caller }) => caller !== undefined)).toBe(true);
  expect(same.some(({ caller }) => caller === undefined)).toBe(true);
});

test('a function may end between any two of its first thirty requests', () => {
  const ofFunctions = awsTroubles.find(({ name }) => name.startsWith('a function'));
  if (!ofFunctions) throw new Error('No trouble is about functions.');
  const all = fc.sample(ofFunctions.trouble, { numRuns: 3000, seed: 1 }).flat();
  const after = all.flatMap(({ action }) => (action['function'] as { after?: number }).after ?? []);
  expect([...new Set(after)].toSorted((one, other) => one - other)).toEqual(
    Array.from({ length: 30 }, (__, i) => i + 1),
  );
});

test.each(Object.entries(states))(
  'every state in which phase %s may be stopped is a state of its machine',
  (phase, names) => {
    const rendered = readFileSync(join(root, `statemachines/rendered/phase-${phase}.asl.json`), 'utf8');
    expect(names.filter((name) => !rendered.includes(`${JSON.stringify(name)}: {`))).toEqual([]);
  },
);

test('every step of the rendered machines is the id of a step or of a check that is drawn, and the reverse', () => {
  const folder = join(root, 'statemachines/rendered');
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'));
  const rendered = texts.flatMap((text) => [...text.matchAll(/"Step": "([^"]+)"/g)].map(([, id = '']) => id));
  // Functions themselves make the look that compares hosts, and the question of a preparation from the command of the machine.
  // The environment of incidents names no script that holds deployments, so that command is never sent.
  const known = [...rendered.filter((id) => id !== 'hold-deployments'), 'prepare-ask', 'compare-fleet'];
  expect([...new Set(steps)].toSorted()).toEqual([...new Set(known)].toSorted());
});

test.each([
  [
    'two phases that fail within 20 s',
    (times: readonly number[]) => times.some((at, i) => i > 0 && at - (times[i - 1] ?? 0) <= 20),
  ],
  [
    'phases that fail minutes apart',
    (times: readonly number[]) => times.some((at, i) => i > 0 && at - (times[i - 1] ?? 0) > 180),
  ],
])('incidents have %s', (_name, holds) => {
  const timesOf = (when: (typeof incidents)[number]['when']) =>
    when.filter((one) => 'fault' in one).map(({ at }) => Number.parseInt(String(at), 10));
  expect(incidents.some(({ when }) => holds(timesOf(when)))).toBe(true);
});
