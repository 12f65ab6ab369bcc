import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv } from 'ajv';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import type * as z from 'zod';
import { editorSchemas } from '../../cli/actions/editor-schemas.ts';
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

export const root = join(import.meta.dirname, '../..');
const known = readKnown();
export const schemas = editorSchemas(known);

/** The folder of each schema's YAML files, which people write. */
const folders = {
  runbook: 'infra/runbooks',
  environment: 'infra/environments',
  calendar: 'infra/calendar',
  story: 'rehearsals/stories',
};
export const written = [
  ...Object.entries(folders).flatMap(([schema, folder]) =>
    readdirSync(join(root, folder)).map((file) => [`${folder}/${file}`, schema] as const),
  ),
  ['infra/triggers.yaml', 'triggers'] as const,
  ['infra/flags.yaml', 'flags'] as const,
];
export const read = (file: string) => readFileSync(join(root, file), 'utf8');

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
export const editorTakes = (schema: string, value: unknown) => editors[schema]?.(value) === true;
/** Returns one sentence per mistake that the product's own check finds in a value. */
export function mistakesOf(name: string, value: unknown): string[] {
  const [schema, references = []] = ours[name] ?? [];
  if (!schema) throw new Error(`There is no schema ${name}.`);
  const { issues = [] } = schema.safeParse(value).error ?? {};
  return [...issues, ...unknownWords(value, references, [])].map(({ message }) => message);
}
export const weTake = (name: string, value: unknown) => mistakesOf(name, value).length === 0;

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
export const betweenLines = [
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

/** Declares that editor and check take or refuse the same values: every slip, or every n-th of them. */
export function agreeOnSlips(every = 1): void {
  const title = every === 1 ? 'every slip' : `every ${every}th slip`;
  test.each(Object.keys(schemas))(`on ${title} in the files of the schema %s`, (schema) => {
    const all = slipsIn(schema)
      .filter((_, n) => n % every === 0)
      .map(({ what, value: make }) => {
        const value = make();
        return { what, takenByEditor: editorTakes(schema, value), mistakes: mistakesOf(schema, value) };
      });
    const accepted = (mistakes: readonly string[]) => mistakes.every((one) => betweenLines.includes(one));
    const differing = all.filter(({ takenByEditor, mistakes }) => takenByEditor !== accepted(mistakes));
    expect(differing.map(({ what }) => what)).toEqual([]);
    expect(all.filter(({ mistakes }) => mistakes.length > 0).length).toBeGreaterThan(all.length / 3);
  });
}
