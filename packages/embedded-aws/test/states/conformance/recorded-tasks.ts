import { until } from '../../../src/clock/clock.ts';
import type { VirtualClock } from '../../../src/clock/virtual-clock.ts';
import { SendTaskFailure } from '../../../src/states/actions/SendTaskFailure.ts';
import { SendTaskSuccess } from '../../../src/states/actions/SendTaskSuccess.ts';
import type { Integration, Integrations } from '../../../src/states/interpreter/integration.ts';
import { PAYLOAD_LIMIT } from '../../../src/states/interpreter/payload.ts';
import { TaskFailure } from '../../../src/states/interpreter/state-failure.ts';
import type { States } from '../../../src/states/states.ts';
import { unlike } from './likeness.ts';
import { inWordsOf, type RecordedEvent, type Recording } from './recordings.ts';

const SERVICE = 'arn:aws:states:::';
const TOKEN_SUFFIX = '.waitForTaskToken';

/** One attempt at a task as it was recorded. */
type RecordedTask = {
  /** `lambda:invoke`, with the suffix of a task that waits for its token. */
  readonly resource: string;
  readonly parameters: unknown;
  /** The result of the call itself, if the task then waited for its token. */
  readonly submitted: Details | undefined;
  readonly ending: Ending;
};

type Details = Readonly<Record<string, unknown>>;
type Ending = {
  readonly type: string;
  readonly details: Details;
  /** Milliseconds from the start of the execution. */
  readonly at: number;
};

/** Makes an integration per resource of the definition. Each replays the recorded results of that resource. */
export function integrations(recording: Recording, clock: VirtualClock, states: () => States): Integrations {
  const remaining = tasksOf(recording.history);
  const start = clock.now();
  const integration =
    (resource: string): Integration =>
    async ({ arguments: given, token, signal }) => {
      const wanted = token === undefined ? resource : `${resource}${TOKEN_SUFFIX}`;
      const { submitted, ending } = take(remaining, wanted, inWordsOf(recording, given));
      const ended = until(clock, start + ending.at, signal);
      if (token === undefined || !submitted) return ended.then(() => resultOf(ending));
      void ended.then(() => answer(states(), token, ending));
      return outputOf(submitted);
    };
  const found = [...JSON.stringify(recording.definition).matchAll(/"Resource":"([^"]+)"/g)];
  const resources = found.map(([, resource = '']) => resource.replace(TOKEN_SUFFIX, ''));
  return Object.fromEntries(resources.map((arn) => [arn, integration(arn.replace(SERVICE, ''))]));
}

/** Removes and returns the first task with these parameters, else the first of the resource. */
function take(remaining: RecordedTask[], resource: string, parameters: unknown): RecordedTask {
  const same = (task: RecordedTask) => task.resource === resource;
  const equal = (task: RecordedTask) => same(task) && unlike(task.parameters, parameters) === undefined;
  const task = remaining.find(equal) ?? remaining.find(same);
  if (!task) throw new Error(`the recording has no more results of ${resource}`);
  remaining.splice(remaining.indexOf(task), 1);
  return task;
}

/** Returns the tasks of a history. An event without an id belongs to the task of its resource in the same position. */
function tasksOf(history: readonly RecordedEvent[]): RecordedTask[] {
  const events = history.toSorted((one, other) => one.id - other.id);
  const ofType = (type: RegExp) => events.filter((event) => type.test(event.type));
  return ofType(/^TaskScheduled$/).map((scheduled, index) => {
    const details = detailsOf(scheduled);
    const after = (type: RegExp, before: RecordedEvent | undefined) =>
      scheduled.id === 0
        ? ofType(type)[index]
        : ofType(type).find(({ previousEventId }) => previousEventId === before?.id);
    const started = after(/^TaskStarted$/, scheduled);
    const submitted = after(/^TaskSubmitted$/, started);
    const ending = after(/^Task(Succeeded|Failed|TimedOut)$/, submitted ?? started);
    return {
      resource: `${details['resourceType']}:${details['resource']}`,
      parameters: details['parameters'],
      submitted: submitted && detailsOf(submitted),
      ending: {
        type: ending?.type ?? 'none',
        details: ending ? detailsOf(ending) : {},
        // Tasks of a Parallel end in the recorded order.
        at: ending ? events.indexOf(ending) : 0,
      },
    };
  });
}

/** Ends a task without a token. A task that timed out never returns. */
async function resultOf({ type, details }: Ending): Promise<unknown> {
  if (type === 'TaskSucceeded') return outputOf(details);
  if (details['error'] === 'States.DataLimitExceeded') return 'x'.repeat(PAYLOAD_LIMIT);
  if (type === 'TaskFailed') throw new TaskFailure(String(details['error']), text(details['cause']) ?? '');
  return new Promise(() => {});
}

/** Ends a task by its token. */
function answer(states: States, taskToken: string, { type, details }: Ending): void {
  const caller = { arn: 'arn:aws:iam::111111111111:root' };
  if (type === 'TaskSucceeded') {
    void SendTaskSuccess.run(states, { taskToken, output: JSON.stringify(outputOf(details)) }, caller);
  }
  if (type === 'TaskFailed') {
    const error = text(details['error']);
    const cause = text(details['cause']);
    void SendTaskFailure.run(states, { taskToken, error, cause }, caller);
  }
}

/** Returns the details of an event, which are under a name of its type. */
const detailsOf = (event: RecordedEvent): Details =>
  Object.entries(event).find(([key]) => key.endsWith('EventDetails'))?.[1] as Details;

/** The recorder parsed objects, and left other JSON as texts. */
const outputOf = ({ output }: Details): unknown => (typeof output === 'string' ? JSON.parse(output) : output);
const text = (value: unknown) => (value === undefined || typeof value === 'string' ? value : JSON.stringify(value));
