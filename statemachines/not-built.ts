import type { Environment } from '../domain/environment.ts';
import type { Runbook } from '../domain/runbook.ts';
import type { Triggers } from '../domain/triggers-file.ts';
import type { YamlFile } from '../domain/yaml.ts';

/**
 * What the files may already say and no machine does yet: questions, brakes and trust come with the decisions. Somebody who
 * writes `trust: observe` and is believed would get live rollbacks, so it is refused until it is true.
 */
export const notBuiltInEnvironment = ({ value, mistake }: YamlFile<Environment>, text: string): string[] => [
  ...(value.trust === 'auto' ? [] : [mistake(['trust'], `expected trust: auto, ${only}, found ${value.trust}`)]),
  ...['contacts', 'questions', 'limits', 'brakes']
    .filter((key) => new RegExp(`^${key}:`, 'm').test(text))
    .map((key) => mistake([key], `expected no ${key}: they are not built yet, and would do nothing`)),
];

export const notBuiltInTriggers = ({ value: { triggers }, mistake }: YamlFile<Triggers>): string[] =>
  Object.entries(triggers).flatMap(([name, { trust, when_blind }]) => [
    ...(trust === 'auto' ? [] : [mistake(['triggers', name, 'trust'], `expected auto, ${only}, found ${trust}`)]),
    ...(when_blind === 'hold'
      ? [mistake(['triggers', name, 'when_blind'], 'expected rollback or ignore, found hold, which is not built yet')]
      : []),
  ]);

export const notBuiltInRunbook = ({ value: { approvers, rollback_safe }, mistake }: YamlFile<Runbook>): string[] => [
  ...(approvers === 1 ? [] : [mistake(['approvers'], `expected 1, ${only}, found ${approvers}`)]),
  ...(rollback_safe ? [] : [mistake(['rollback_safe'], `expected true, ${only}, found ${rollback_safe}`)]),
];

const only = 'the only one that is built yet';
