import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { editorSchemaFile, editorSchemaText } from '../../cli/actions/editor-schemas.ts';
import { agreeOnSlips, betweenLines, editorTakes, mistakesOf, read, root, schemas, weTake, written } from './slips.ts';

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

describe('editor and check agree', () => {
  test.each(written)('that %s is valid', (file, schema) => {
    expect([editorTakes(schema, parse(read(file))), weTake(schema, parse(read(file)))]).toEqual([true, true]);
  });

  // Each place of a file has 40 slips, so every place and every slip is met several times. schemas.slow.test.ts has all.
  agreeOnSlips(7);
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
