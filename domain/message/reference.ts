import { capital } from '../capital.ts';
import { readableName } from '../execution-name.ts';
import { failedOn, isDoneByTheRest } from '../history/done-by-the-rest.ts';
import type { RollbackEvent } from '../history/event.ts';
import { keptFleet, otherWords } from '../history/kept-fleet.ts';
import { startCommandsLeft } from '../history/phases-left.ts';
import type { RollbackRecord } from '../history/record.ts';
import { phaseWords } from '../phases.ts';
import { yourName, yourReason } from '../placeholder.ts';
import { targetSentences } from '../target/chosen-target.ts';
import { environmentWords, executionPlace } from './execution-place.ts';
import { pageAddress } from './page-place.ts';
import { unpauseCommand } from './unpause-command.ts';

/** The facts of a rollback that messages have without its record. */
type Named = { readonly rollback_id: string; readonly execution_arn: string | null; readonly phase: string | number };

/** Every message leads to its rollback with these lines, and to the next command; a phone is enough to act. */
export const referenceLines = (record: RollbackRecord, events: readonly RollbackEvent[]): string =>
  [...rollbackLines(record, events), `Runbook: ${runbookOf(record)}`, ...nextCommands(record, events)].join('\n');

/** Returns the lines of a reference that say which rollback it is and where it is seen, without runbook and next command. */
export function rollbackLines(record: RollbackRecord, events: readonly RollbackEvent[]): string[] {
  const { rollback_id, severity, trigger, start_time } = record;
  return [
    `Rollback: ${rollback_id}${alsoNamed(record)}, ${phaseWords(record)}, ${severity}, started by ${trigger} at ${start_time}`,
    `Ending: ${endingWords(record)}`,
    ...targetSentences(record.targets),
    `Failed step: ${failedSteps(record, events)}`,
    ...pageLines(record),
    ...placeLines(record),
  ];
}

/** Returns the same as far as it is known without a record. */
export const referenceWithoutRecord = (named: Named): string =>
  [
    `Rollback: ${named.rollback_id}, phase ${named.phase}; its record cannot be read`,
    ...placeLines(named),
    'Runbook: docs/runbook.md',
    ...showLines(named),
  ].join('\n');

/** Returns the references in one line, for the messages in the customer's wording. */
export function referenceLine(record: RollbackRecord, events: readonly RollbackEvent[]): string {
  const page = executionPlace(record.execution_arn)?.console ?? record.execution_arn;
  const failed = failedSteps(record, events);
  return [
    `Rollback ${record.rollback_id}${alsoNamed(record)}, ${phaseWords(record)}`,
    `ending: ${endingWords(record)}`,
    ...(record.ending === null ? targetSentences(record.targets).map(withoutStop) : []),
    ...(failed === 'none' ? [] : [`failed step: ${failed}`]),
    ...pageLines(record).map((line) => line.replace('P', 'p')),
    `execution: ${page}`,
    `runbook: ${runbookOf(record)}`,
    `next: ${showCommand(record)}`,
  ].join('; ');
}

const withoutStop = (sentence: string) => `${sentence.charAt(0).toLowerCase()}${sentence.slice(1).replace(/\.$/, '')}`;

export const referenceLineWithoutRecord = (named: Named): string =>
  `Rollback ${named.rollback_id}, phase ${named.phase}; execution: ${executionPlace(named.execution_arn)?.console ?? named.execution_arn ?? 'unknown'}; runbook: docs/runbook.md; next: ${showCommand(named)}`;

/** " (phase-1-data_corruption-20261130T032348Z-3f9a1c2b)": the name for people, if the id is made up. */
function alsoNamed(record: RollbackRecord): string {
  const name = readableName(record);
  return name === null ? '' : ` (${name})`;
}

const endingWords = ({ ending }: RollbackRecord) => ending ?? 'it has not ended yet';

/** The incident page. On the embedded account the command `rollback page` writes it. */
function pageLines({ rollback_id, execution_arn }: Pick<RollbackRecord, 'rollback_id' | 'execution_arn'>): string[] {
  const address = pageAddress(rollback_id, execution_arn);
  return address === null ? [] : [`Page: ${address}`];
}

function placeLines({ execution_arn }: Pick<Named, 'execution_arn'>): string[] {
  const page = executionPlace(execution_arn)?.console;
  return [`Execution: ${execution_arn ?? 'unknown'}`, ...(page ? [`Console: ${page}`] : [])];
}

/** The runbook has a heading for every ending (docs/runbook.md). */
function runbookOf({ ending, questions }: RollbackRecord): string {
  if (ending !== null) return `docs/runbook.md#${ending.toLowerCase().replaceAll(/[^a-z]+/g, '-')}`;
  const open = questions.find(({ outcome }) => outcome === null);
  if (!open) return 'docs/runbook.md';
  return open.kind === 'hand-over' ? 'docs/runbook.md#hand-over' : 'docs/runbook.md#question-open';
}

const showCommand = ({ rollback_id, execution_arn }: Pick<Named, 'rollback_id' | 'execution_arn'>) =>
  `npm run rollback -- show ${rollback_id}${environmentWords(execution_arn)}`;

const showLines = (named: Pick<Named, 'rollback_id' | 'execution_arn'>) => ['Next:', showCommand(named)];

function nextCommands(record: RollbackRecord, events: readonly RollbackEvent[]): string[] {
  const { kept, behind, heldBy } = keptFleet(events);
  const words = environmentWords(record.execution_arn);
  // One that ended in the queue has touched nothing, but it was to act, and nothing starts it again: its alarm is red already.
  const queued = events.some(({ type }) => type === 'Waiting for the fleet');
  const stopped =
    record.ending === 'Needs a person' && (kept || queued || record.fleet_released !== null || record.steps.length > 0);
  const unpause = record.ending === 'Needs a person' ? unpauseCommand(record.problem, words) : undefined;
  // Behind the release: whoever pastes the commands in their order would else wait for a fleet that this rollback keeps.
  const starts = stopped ? startCommandsLeft(record, words) : [];
  return [
    ...showLines(record),
    ...(behind
      ? [
          `First look at ${otherWords(behind)}, which still holds the fleet; if it waits for a person, answer or release it:`,
          `npm run rollback -- show ${behind.rollback}${words}`,
        ]
      : []),
    ...(heldBy && record.ending === 'Needs a person'
      ? [
          `${capital(otherWords(heldBy))} held the fleet at the end of this one. If it waits for a person, answer or release it:`,
          `npm run rollback -- show ${heldBy.rollback}${words}`,
        ]
      : []),
    ...(kept
      ? [
          behind
            ? 'After it the fleet is kept for this rollback, and you are told. Once the hosts are safe then, release it:'
            : 'Once the hosts are safe, release the fleet:',
          `npm run rollback -- release --operator "${yourName}" --reason "${yourReason}" --rollback ${record.rollback_id}${words}`,
        ]
      : []),
    ...(starts.length > 0 ? [`${kept ? 'Then roll' : 'Roll'} back what is not done:`, ...starts] : []),
    ...(unpause ? ['A pause stopped it. If it still holds and automation may act again, end it:', unpause] : []),
  ];
}

/** Hosts that a message names for a step. */
const mostHosts = 10;

/** Returns each step that has failed in the end, with its hosts and their reasons; `none` if no step has. */
function failedSteps(record: RollbackRecord, events: readonly RollbackEvent[]): string {
  const failed = record.steps.filter(
    (one) => (one.verdict === 'failed' || one.verdict === 'unknown') && !isDoneByTheRest(one, record, events),
  );
  return failed.map(({ step }) => `${step}${onHosts(step, events)}`).join('; ') || 'none';
}

function onHosts(step: string, events: readonly RollbackEvent[]): string {
  const hosts = failedOn(step, events);
  if (hosts.length === 0) return '';
  const more = hosts.length > mostHosts ? ` and ${hosts.length - mostHosts} more` : '';
  return ` on ${hosts
    .slice(0, mostHosts)
    .map(({ host, reason }) => `${host} (${reason})`)
    .join(', ')}${more}`;
}
