import { isDeepStrictEqual } from 'node:util';
import { stringify } from 'yaml';
import { eachTime } from '../rehearsals/act.ts';
import { machineOf } from '../rehearsals/story-values.ts';
import type { StoryDocument } from './arbitrary.ts';
import type { Break, Judged } from './judged.ts';

/**
 * Returns an incident as a story file: `rehearse FILE` runs it on the full account, and expects the same endings.
 *
 * Actions that could not be made are left out, because `rehearse` stops at them. A request that was refused gets the
 * reason, which `rehearse` then expects.
 */
export function storyText(document: StoryDocument, { invariant, says }: Break, { failed, evidence }: Judged): string {
  // Of several actions at one instant only some may have failed. A story is read in the order of its document.
  const hasFailed = evidence.story.when.map((one) =>
    eachTime(one).some((time) => failed.some(({ action }) => isDeepStrictEqual(action, time))),
  );
  const outcomes = evidence.rollbacks
    .filter(({ record }) => record?.ending)
    .map(({ phase: lowest, execution, record }) => ({
      phase: record?.phases ? ('before' as const) : lowest,
      execution,
      record,
    }))
    .map(({ phase, execution, record }) => ({
      phase,
      execution: 1 + executionsOf(evidence, phase).indexOf(execution?.arn ?? ''),
      ending: record?.ending,
    }));
  const all = {
    ...document,
    name: `Breaks ${invariant}`,
    when: document.when.filter((_, i) => !hasFailed[i]),
    // biome-ignore lint/suspicious/noThenProperty: a keyword of stories
    then: outcomes.length > 0 ? outcomes : {},
  };
  // A story file has no aliases: each action is read where it stands.
  const text = stringify(all, { aliasDuplicateObjects: false });
  return `# ${invariant}: ${says}\n${text}`;
}

const executionsOf = ({ executions }: Judged['evidence'], phase: Parameters<typeof machineOf>[0]): string[] =>
  executions.map(({ arn }) => arn).filter((arn) => arn.includes(`-${machineOf(phase)}:`));
