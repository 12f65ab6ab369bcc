import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { environmentSchema } from '../../domain/environment.ts';
import { triggersSchema } from '../../domain/triggers-file.ts';
import { readYaml } from '../../domain/yaml.ts';
import { notBuiltInEnvironment, notBuiltInTriggers } from '../../statemachines/not-built.ts';

const read = (file: string) => readFileSync(new URL(`../../infra/${file}`, import.meta.url), 'utf8');
const production = read('environments/production.yaml');
const environment = (text: string) => notBuiltInEnvironment(readYaml(environmentSchema, 'e.yaml', text), text);
const triggers = (text: string) => notBuiltInTriggers(readYaml(triggersSchema, 't.yaml', text));

test('the files as they are ask for nothing that is not built', () => {
  expect(environment(production)).toEqual([]);
  expect(triggers(read('triggers.yaml'))).toEqual([]);
});

test('an environment that trusts nobody to act is refused: it would be acted in', () => {
  expect(environment(production.replace('trust: auto', 'trust: observe'))).toEqual([
    expect.stringMatching(/^e\.yaml:\d+: trust: expected trust: auto, the only one that is built yet, found observe$/),
  ]);
});

test('an environment that says nothing of trust is refused: nobody would be asked', () => {
  expect(environment(production.replace(/^trust:.*$/m, ''))).toEqual([expect.stringContaining('found approve')]);
});

test('limits of an environment are refused: they would not hold', () => {
  expect(environment(`${production}\nlimits: { CRITICAL: 5m }\n`)).toEqual([
    expect.stringMatching(/limits: expected no limits: they are not built yet, and would do nothing$/),
  ]);
});

test('a trigger that is to be held, or only observed, is refused', () => {
  const text = read('triggers.yaml').replace('when_blind: ignore', 'when_blind: hold\n    trust: observe');
  expect(triggers(text)).toEqual([
    expect.stringMatching(/data_corruption\.trust: expected auto, the only one that is built yet, found observe$/),
    expect.stringMatching(
      /data_corruption\.when_blind: expected rollback or ignore, found hold, which is not built yet$/,
    ),
  ]);
});
