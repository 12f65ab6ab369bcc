import type { Execution, RemoteAccount } from './account.ts';
import { differences } from './differences.ts';
import type { Outcome, Story } from './story.ts';
import type { Told } from './tell.ts';
import { timings } from './timings.ts';

type Seen = {
  readonly account: RemoteAccount;
  readonly arnOf: (machine: string) => string;
  /** The story's 0s, in milliseconds. */
  readonly start: number;
  readonly hosts: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly heard: readonly Readonly<Record<string, unknown>>[];
};

/** Compares what the story says with what is there. The first `then` block's execution is the one that is shown. */
export async function judge(story: Story, seen: Seen): Promise<Omit<Told, 'hosts' | 'seed'>> {
  const { account, heard } = seen;
  const executions = await account.executions();
  // A fault that never struck has tested nothing.
  const found = await account.unmetFaults();
  let shown: Judged | undefined;
  for (const outcome of story.then) {
    const execution = judgedExecution(executions, outcome, seen.arnOf);
    const record = execution && (await account.record(execution.arn.split(':').at(-1) ?? ''));
    found.push(...(await wrong(outcome, execution, record, seen)));
    shown ??= { execution, record };
  }
  const id = shown?.record?.['rollback_id'];
  return {
    passed: found.length === 0,
    differences: found,
    ending: shown?.record?.['ending'] ?? null,
    rollback: shown?.record ?? null,
    events: id ? await account.events(String(id)) : [],
    messages: [],
    flags: {},
    execution: shown?.execution ?? null,
    timings: timings(heard, shown?.execution?.arn),
  };
}

type Judged = { readonly execution: Execution | undefined; readonly record: Record<string, unknown> | undefined };

function judgedExecution(
  executions: readonly Execution[],
  { phase, execution = 1 }: Outcome,
  arnOf: Seen['arnOf'],
): Execution | undefined {
  const prefix = arnOf(phase === undefined ? 'phase-' : `phase-${phase}:`).replace(':stateMachine:', ':execution:');
  return executions.filter(({ arn }) => arn.startsWith(prefix))[execution - 1];
}

async function wrong(
  outcome: Outcome,
  execution: Execution | undefined,
  record: Record<string, unknown> | undefined,
  { account, start, hosts }: Seen,
): Promise<string[]> {
  const which =
    outcome.phase === undefined ? 'the rollback' : `phase ${outcome.phase}, execution ${outcome.execution ?? 1}`;
  if (!execution) return [`${which}: expected an execution, found none`];
  const found: string[] = [];
  const why = record?.['problem'] ? ` (${String(record['problem'])})` : '';
  const ending = record?.['ending'] ?? `no ending; its execution is ${execution.status}`;
  if (outcome.ending !== undefined && outcome.ending !== ending)
    found.push(`${which}: expected ending ${outcome.ending}, found ${String(ending)}${why}`);
  if (record?.['ending'] === 'Rolled back' && execution.status !== 'SUCCEEDED')
    found.push(`${which}: the record says Rolled back, but the execution is ${execution.status}`);
  if (outcome.within !== undefined) found.push(...late(which, outcome.within, start, record));
  if (outcome.record) found.push(...differences(outcome.record, record, `${which}, record`));
  for (const [name, status] of Object.entries(hosts)) found.push(...differences(outcome.hosts ?? {}, status, name));
  const fleet = (await account.fleetIsHeld(String(record?.['fleet']))) ? 'held' : 'free';
  if (outcome.fleet !== undefined && outcome.fleet !== fleet)
    found.push(`fleet ${String(record?.['fleet'])}: expected ${outcome.fleet}, found ${fleet}`);
  return found;
}

function late(which: string, within: number, start: number, record: Record<string, unknown> | undefined): string[] {
  const completion = record?.['completion_time'];
  if (typeof completion !== 'string') return [`${which}: expected an ending within ${within} s, found none`];
  const took = (Date.parse(completion) - start) / 1000;
  return took <= within ? [] : [`${which}: expected an ending within ${within} s, found it after ${took} s`];
}
