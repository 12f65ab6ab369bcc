import type { AccountEvent, Execution, PublishedMessage, RemoteAccount } from './account.ts';
import { brokenChain } from './chain.ts';
import { outsideDifferences } from './chat-and-pager.ts';
import { differences } from './differences.ts';
import { executionsOf } from './expected-executions.ts';
import { truthDifferences } from './fleet-truth.ts';
import { followUpDifferences } from './follow-up.ts';
import { haltDifferences } from './halts.ts';
import { repeatedCommands } from './repeated-commands.ts';
import { type GivenRequest, requestDifferences } from './request.ts';
import type { Outcome, Story } from './story.ts';
import type { StoryResult } from './story-result.ts';
import { timings } from './timings.ts';
import { transitionDifferences } from './transitions.ts';

/** All that was observed while the story ran. */
export type Observed = {
  readonly account: RemoteAccount;
  readonly arnOf: (machine: string) => string;
  /** The story's 0s, in milliseconds. */
  readonly start: number;
  readonly hosts: Hosts;
  readonly accountEvents: readonly AccountEvent[];
  readonly requests: readonly GivenRequest[];
  /** The differences that showed while the story ran. */
  readonly found: readonly string[];
};
type Hosts = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

/** The execution that one `then` block describes, with all that is stored about it. */
type Judged = {
  readonly execution: Execution | undefined;
  readonly record: Readonly<Record<string, unknown>> | undefined;
  readonly events: readonly Readonly<Record<string, unknown>>[];
  readonly messages: readonly PublishedMessage[];
};

/** Compares a story's expectations with what was observed. The result shows the execution of the first `then` block. */
export async function judge(story: Story, observed: Observed): Promise<Omit<StoryResult, 'hosts' | 'seed'>> {
  const { account, requests, accountEvents, hosts } = observed;
  const executions = await account.executions();
  // A fault that never struck is a difference, because the story has then tested nothing.
  const found = [...observed.found, ...(await account.unmetFaults())];
  for (const given of requests) found.push(...(await requestDifferences(account, given)));
  found.push(...repeatedCommands(await account.messages()));
  let shown: Judged | undefined;
  for (const outcome of story.then) {
    const candidates = executionsOf(executions, outcome, observed.arnOf);
    const judged = await readJudged(account, candidates[(outcome.execution ?? 1) - 1]);
    found.push(...(await outcomeDifferences(outcome, judged, observed)));
    shown ??= judged;
  }
  return {
    passed: found.length === 0,
    differences: found,
    ending: shown?.record?.['ending'] ?? null,
    minutes: minutesFrom(observed.start, shown?.record),
    rollback: shown?.record ?? null,
    events: shown?.events ?? [],
    messages: shown?.messages ?? [],
    flags: flagsOf(hosts),
    execution: shown?.execution ?? null,
    timings: timings(accountEvents, shown?.execution?.arn),
  };
}

async function readJudged(account: RemoteAccount, execution: Execution | undefined): Promise<Judged> {
  if (!execution) return { execution, record: undefined, events: [], messages: [] };
  const id = execution.arn.split(':').at(-1) ?? '';
  return {
    execution,
    record: await account.record(id),
    events: await account.events(id),
    messages: (await account.messages()).filter(({ attributes }) => attributes['rollback'] === id),
  };
}

async function outcomeDifferences(
  outcome: Outcome,
  judged: Judged,
  { account, start, hosts, accountEvents }: Observed,
): Promise<string[]> {
  const { execution, record, events, messages } = judged;
  const which = nameOf(outcome);
  if (!execution) return [`${which}: expected an execution, found none`];
  const found = brokenChain(events, record).map((one) => `${which}, ${one}`);
  const why = record?.['problem'] ? ` (${String(record['problem'])})` : '';
  const ending = record?.['ending'] ?? `no ending; its execution is ${execution.status}`;
  if (outcome.ending !== undefined && outcome.ending !== ending)
    found.push(`${which}: expected ending ${outcome.ending}, found ${String(ending)}${why}`);
  if (outcome.error !== undefined) {
    const error = await account.errorOf(execution.arn);
    if (error !== outcome.error) found.push(`${which}: expected error ${outcome.error}, found ${error ?? 'none'}`);
  }
  const began = (Date.parse(execution.started_at) - start) / 1000;
  if (outcome.begins_within !== undefined && began > outcome.begins_within)
    found.push(`${which}: expected to begin within ${outcome.begins_within} s, found it began after ${began} s`);
  if (record?.['ending'] === 'Rolled back' && !['SUCCEEDED', 'ABORTED'].includes(execution.status))
    found.push(`${which}: the record says Rolled back, but the execution is ${execution.status}`);
  if (outcome.within !== undefined) found.push(...timeDifferences(which, outcome.within, start, record));
  if (outcome.record) found.push(...differences(outcome.record, record, `${which}, record`));
  for (const [type, detail] of Object.entries(outcome.events ?? {}))
    found.push(...differences(detail, events.find((one) => one['type'] === type)?.['detail'], `${which}, ${type}`));
  if (outcome.look) found.push(...differences(outcome.look, await account.outputOf(execution.arn), which));
  if (outcome.prepare) found.push(...differences(outcome.prepare, await account.resultOf(execution.arn), which));
  if (outcome.resume) found.push(...differences(outcome.resume, await account.resultOf(execution.arn), which));
  if (outcome.halt) found.push(...(await haltDifferences(account, outcome.halt, execution, messages)));
  if (outcome.ready) found.push(...differences(outcome.ready, await account.readiness(outcome.ready.phase), which));
  if (outcome.truth) found.push(...(await truthDifferences(account, outcome.truth, start)));
  found.push(...(await outsideDifferences(which, outcome, account, execution)));
  for (const name of outcome.no_messages ?? [])
    if (messages.some(({ attributes }) => attributes['message'] === name))
      found.push(`${which}: expected no message ${name}, found it sent`);
  found.push(...transitionDifferences(which, outcome.transitions, execution, accountEvents));
  if (outcome.follow_up) found.push(...(await followUpDifferences(account, outcome.follow_up, { which, events })));
  if (outcome.messages) found.push(...messageDifferences(which, outcome.messages, messages));
  for (const [name, status] of Object.entries(hosts))
    found.push(...differences({ ...outcome.flags, ...outcome.hosts, ...outcome.host?.[name] }, status, name));
  for (const [name, state] of Object.entries(outcome.alarms ?? {})) {
    const is = await account.alarmState(name);
    if (is !== state) found.push(`alarm ${name}: expected ${state}, found ${is}`);
  }
  if (outcome.fleet !== undefined) {
    const fleet = (await account.fleetIsHeld(String(record?.['fleet']))) ? 'held' : 'free';
    if (outcome.fleet !== fleet)
      found.push(`fleet ${String(record?.['fleet'])}: expected ${outcome.fleet}, found ${fleet}`);
  }
  if (outcome.blocked) found.push(...differences(outcome.blocked, await account.blocked(), 'blocked versions'));
  return found;
}

function nameOf({ phase, look, prepare, ready, truth, halt, resume, execution = 1 }: Outcome): string {
  if (halt) return `halt ${execution}`;
  if (resume) return `resume ${execution}`;
  if (truth) return 'the hosts';
  if (ready) return `readiness of phase ${ready.phase}`;
  if (prepare) return `prepare ${execution}`;
  if (look) return `look ${execution}`;
  return phase === undefined ? 'the rollback' : `phase ${phase}, execution ${execution}`;
}

function minutesFrom(start: number, record: Judged['record']): number | null {
  const seconds = secondsFrom(start, record);
  return seconds === undefined ? null : Math.round(seconds / 0.6) / 100;
}

function secondsFrom(start: number, record: Judged['record']): number | undefined {
  const completion = record?.['completion_time'];
  return typeof completion === 'string' ? (Date.parse(completion) - start) / 1000 : undefined;
}

function timeDifferences(which: string, within: number, start: number, record: Judged['record']): string[] {
  const took = secondsFrom(start, record);
  if (took === undefined) return [`${which}: expected an ending within ${within} s, found none`];
  return took <= within ? [] : [`${which}: expected an ending within ${within} s, found it after ${took} s`];
}

/** Returns one sentence if an expected message is missing or out of order; other messages may come between. */
function messageDifferences(
  which: string,
  expected: readonly string[],
  messages: readonly PublishedMessage[],
): string[] {
  const sent = messages.map(({ attributes }) => attributes['message'] ?? '');
  let from = 0;
  for (const name of expected) {
    const at = sent.indexOf(name, from);
    if (at === -1)
      return [`${which}: expected messages ${expected.join(', ')} in this order, found ${sent.join(', ') || 'none'}`];
    from = at + 1;
  }
  return [];
}

/** Flags that the trading system reads; a host whose version does not read a flag has no value for it. */
const flags = [
  'data_source',
  'algorithm_version',
  'testing_mode',
  'success_metrics',
  'websocket_backfill',
  'budget_dashboard',
];

/** Returns the value of each flag on the hosts: one value, or a value per host if the hosts differ. */
const flagsOf = (hosts: Hosts): Record<string, unknown> =>
  Object.fromEntries(
    flags.flatMap((flag) => {
      const values = Object.entries(hosts).map(([name, status]) => [name, status[flag]] as const);
      const [, first] = values[0] ?? [];
      if (values.every(([, value]) => value === undefined)) return [];
      return [[flag, values.every(([, value]) => value === first) ? first : Object.fromEntries(values)]];
    }),
  );
