import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { Ajv } from 'ajv';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type * as z from 'zod';
import { editorSchemaFile, editorSchemas, editorSchemaText } from '../../cli/actions/editor-schemas.ts';
import { readKnown } from '../../cli/actions/story-file.ts';
import { storyReferences } from '../../cli/actions/story-references.ts';
import { hostScripts } from '../../config/infra.ts';
import { runbookReferences } from '../../config/runbook-references.ts';
import type { Reference } from '../../config/yaml/reference.ts';
import { unknownWords } from '../../config/yaml/yaml-issues.ts';
import { calendarSchema } from '../../domain/infra/calendar-file.ts';
import { environmentSchema } from '../../domain/infra/environment.ts';
import { flagsFileSchema } from '../../domain/infra/flags-file.ts';
import { runbookSchema } from '../../domain/infra/runbook.ts';
import { triggersSchema } from '../../domain/infra/triggers-file.ts';
import { storySchema } from '../../rehearsals/story.ts';

const root = join(import.meta.dirname, '../..');
const known = readKnown();
const schemas = editorSchemas(known);

/** The folder of each schema's YAML files, which people write. */
const folders = {
  runbook: 'infra/runbooks',
  environment: 'infra/environments',
  calendar: 'infra/calendar',
  story: 'rehearsals/stories',
};
const written = [
  ...Object.entries(folders).flatMap(([schema, folder]) =>
    readdirSync(join(root, folder)).map((file) => [`${folder}/${file}`, schema] as const),
  ),
  ['infra/triggers.yaml', 'triggers'] as const,
  ['infra/flags.yaml', 'flags'] as const,
];
const read = (file: string) => readFileSync(join(root, file), 'utf8');

test('there is one file per schema, and no other', () => {
  const files = readdirSync(new URL('.', editorSchemaFile('any')));
  expect(files.toSorted()).toEqual(
    Object.keys(schemas)
      .map((name) => `${name}.schema.json`)
      .toSorted(),
  );
});

test.each(Object.entries(schemas))('%s equals the schema in the code; `npm run render` updates it', (name, schema) => {
  expect(readFileSync(editorSchemaFile(name), 'utf8')).toBe(editorSchemaText(schema));
});

test.each(written)('%s names the schema of its kind on its first line', (file, schema) => {
  const [, path = ''] = read(file).match(/^# yaml-language-server: \$schema=(\S+)\n/) ?? [];
  expect(basename(path)).toBe(`${schema}.schema.json`);
  expect(existsSync(join(root, dirname(file), path))).toBe(true);
});

const ajv = new Ajv({ strict: false, validateFormats: false, allErrors: true });
const editors = Object.fromEntries(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));
const ours: Record<string, [z.ZodType, readonly Reference[]]> = {
  runbook: [runbookSchema, runbookReferences(hostScripts(), known.flags)],
  triggers: [triggersSchema, []],
  environment: [environmentSchema, []],
  calendar: [calendarSchema, []],
  flags: [flagsFileSchema, []],
  story: [storySchema, storyReferences(known)],
};
const editorTakes = (schema: string, value: unknown) => editors[schema]?.(value) === true;
/** Returns one sentence per mistake that the product's own check finds in a value. */
function mistakesOf(name: string, value: unknown): string[] {
  const [schema, references = []] = ours[name] ?? [];
  if (!schema) throw new Error(`There is no schema ${name}.`);
  const { issues = [] } = schema.safeParse(value).error ?? {};
  return [...issues, ...unknownWords(value, references, [])].map(({ message }) => message);
}
const weTake = (name: string, value: unknown) => mistakesOf(name, value).length === 0;

/** Values that are wrong everywhere, or valid in a few places only. */
const slips = [
  ...[null, true, -1, 2.5, 1e9, '', 'x y', '../x', '$(id)', '15 minutes', [], {}, { unknown: 1 }],
  ...['15s', '90s', '5h', '241m', '240m', '14401s', '-2h', '-61m', '-60m', '-3600s', '-3601s'],
  ...['3 of 2', '2 of 3', '9 of 10', '31 of 30', '30 of 31', '40 of 31'],
  ...['Open rollback', 'Open. ROLLBACK', 'Open the rollback', 'host-0', 'yes', 'HIGH', 'CRITICAL', 'observe'],
  ...[{ Fence: 'x' }, { CacheFolder: 'x' }, { Fences: ['x'] }],
];

const slipTexts = slips.map((slip) => [slip, JSON.stringify(slip)] as const);

type Path = readonly (string | number)[];

/** The fields of `then` that may expect any value, so that no slip is a mistake there. */
const anything = ['record', 'events', 'hosts', 'look'];
const mayHoldAnything = (path: Path) => path[0] === 'then' && anything.includes(String(path.at(-1)));

/**
 * A value with one change, the place of the change (all items of a list share one), and a description of it. The value is
 * made when it is asked for: all of them together would take much memory.
 */
type Slip = { readonly what: string; readonly place: string; readonly value: () => unknown };

/**
 * Returns variants of a value. In each, one part is replaced by a slip, left out, or given an unknown neighbour. A place that
 * is in `known` has none.
 */
function slipped(value: unknown, known: ReadonlySet<string>, path: Path = []): Slip[] {
  const [name, place] = [path.join('.'), placeOf(path)];
  const isKnown = known.has(place);
  const here = (what: string, changed: () => unknown): Slip => ({ what, place, value: changed });
  const replaced = isKnown ? [] : slipTexts.map(([slip, text]) => here(`${name} = ${text}`, () => slip));
  if (typeof value !== 'object' || value === null || mayHoldAnything(path)) return replaced;
  const inside = Object.entries(value).flatMap(([key, one]) =>
    slipped(one, known, [...path, Array.isArray(value) ? Number(key) : key]).map((slip) => ({
      ...slip,
      value: () => put(value, key, slip.value()),
    })),
  );
  if (isKnown) return inside;
  const without = Object.keys(value).map((key) =>
    here(`${[...path, key].join('.')} left out`, () => put(value, key, undefined)),
  );
  const more = Array.isArray(value) ? [] : [here(`${name}.unknown`, () => ({ ...value, unknown: 1 }))];
  return [...replaced, ...inside, ...without, ...more];
}

const placeOf = (path: Path) => path.map((key) => (typeof key === 'number' ? '*' : key)).join('.');

function put(value: object, key: string, changed: unknown): unknown {
  if (Array.isArray(value))
    return changed === undefined ? value.toSpliced(Number(key), 1) : value.with(Number(key), changed);
  const { [key]: _, ...rest } = value as Record<string, unknown>;
  return changed === undefined ? rest : { ...rest, [key]: changed };
}

/** Returns the slips in all files of a schema, without those in a place of an earlier file: they would repeat that file's. */
function slipsIn(schema: string): Slip[] {
  const known = new Set<string>();
  return written
    .filter(([, of]) => of === schema)
    .flatMap(([file]) => {
      const fresh = slipped(parse(read(file)), known).map(({ what, ...slip }) => ({
        ...slip,
        what: `${file}: ${what}`,
      }));
      for (const { place } of fresh) known.add(place);
      return fresh;
    });
}

/** Mistakes that no JSON Schema can find, because it cannot compare two lines. docs/deploy.md lists them. */
const betweenLines = [
  'alarms with different variants',
  'copies of at most 1000 characters in total',
  'a name that no step before it has',
  'immediate actions before recovery steps',
  'no limit longer than the limit of a lesser severity (defaults: CRITICAL 15m, HIGH 60m, MEDIUM 240m)',
  "one of the story's hosts, host-1 to host-3",
  'paths of at most 1000 characters in total',
  'periods of at most one day in total',
  'enough time for in_a_row checks, one every `every`',
  'sessions in order, each with its end after its beginning',
];

describe('editor and check agree', () => {
  test.each(written)('that %s is valid', (file, schema) => {
    expect([editorTakes(schema, parse(read(file))), weTake(schema, parse(read(file)))]).toEqual([true, true]);
  });

  test.each(Object.keys(schemas))('on every slip in the files of the schema %s', (schema) => {
    const all = slipsIn(schema).map(({ what, value: make }) => {
      const value = make();
      return { what, takenByEditor: editorTakes(schema, value), mistakes: mistakesOf(schema, value) };
    });
    const accepted = (mistakes: readonly string[]) => mistakes.every((one) => betweenLines.includes(one));
    const differing = all.filter(({ takenByEditor, mistakes }) => takenByEditor !== accepted(mistakes));
    expect(differing.map(({ what }) => what)).toEqual([]);
    expect(all.filter(({ mistakes }) => mistakes.length > 0).length).toBeGreaterThan(all.length / 3);
  });
});

describe('only the check compares lines:', () => {
  const changed = (file: string, from: string | RegExp, to: string): unknown => {
    if (read(file).search(from) === -1) throw new Error(`${file} has no ${from}`);
    return parse(read(file).replace(from, to));
  };
  const runbook = 'infra/runbooks/phase-1-databento-client.yaml';
  const triggers = 'infra/triggers.yaml';
  const long = Array.from({ length: 50 }, (_, i) => `a/folder/of/some/length-${i}`);

  const slipsBetweenLines: [string, string, unknown][] = [
    [
      'a name that no step before it has',
      'runbook',
      changed(runbook, 'name: Resume operations', 'name: Clear corrupted cache'),
    ],
    ['immediate actions before recovery steps', 'runbook', changed(runbook, 'stage: immediate', 'stage: recovery')],
    [
      'paths of at most 1000 characters in total',
      'runbook',
      changed(runbook, /paths: .*/, `paths: [${long.join(', ')}]`),
    ],
    ['copies of at most 1000 characters in total', 'runbook', withCopies(parse(read(runbook)), long)],
    [
      'alarms with different variants',
      'triggers',
      changed(triggers, 'variant: accuracy-crisis', 'variant: latency-crisis'),
    ],
    ['periods of at most one day in total', 'triggers', changed(triggers, 'period: 10s', 'period: 9h')],
    [
      'no limit longer than the limit of a lesser severity (defaults: CRITICAL 15m, HIGH 60m, MEDIUM 240m)',
      'environment',
      changed('infra/environments/production.yaml', 'HIGH: 1h', 'HIGH: 5h'),
    ],
    [
      'enough time for in_a_row checks, one every `every`',
      'environment',
      changed('infra/environments/local.yaml', 'give_up: 5m', 'give_up: 1s'),
    ],
    [
      "one of the story's hosts, host-1 to host-3",
      'story',
      changed('rehearsals/stories/one-host-fails.yaml', 'host: host-2', 'host: host-4'),
    ],
    [
      'sessions in order, each with its end after its beginning',
      'story',
      changed('rehearsals/stories/shut-down-every-night.yaml', 'from: 25m', 'from: 5m'),
    ],
  ];

  test.each(slipsBetweenLines)('expected %s', (expected, schema, value) => {
    expect([editorTakes(schema, value), mistakesOf(schema, value)]).toEqual([true, [expected]]);
  });

  test('and finds nothing else', () => {
    expect(betweenLines.toSorted()).toEqual(slipsBetweenLines.map(([expected]) => expected).toSorted());
  });
});

function withCopies(runbook: { target: object }, paths: readonly string[]): unknown {
  return { ...runbook, target: { ...runbook.target, copies: paths.map((from) => ({ from, to: 'a' })) } };
}
