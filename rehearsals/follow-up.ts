import type { RemoteAccount } from './account.ts';
import { differences } from './differences.ts';

type Event = Readonly<Record<string, unknown>>;

/** Compares what followed a rollback with a story's expectation. `events`: those of the rollback. */
export async function followUpDifferences(
  account: RemoteAccount,
  { most_transitions, ...expected }: Readonly<Record<string, unknown>>,
  { which, events }: { readonly which: string; readonly events: readonly Event[] },
): Promise<string[]> {
  const details = (...types: string[]) =>
    events.filter(({ type }) => types.includes(String(type))).map(({ detail }) => detail as Event);
  const execution = details('Follow-up begun').at(-1)?.['execution'];
  const found = (await account.executions()).find(({ arn }) => arn === execution);
  const tasks: Record<string, object> = {};
  for (const { number, ...more } of details('Task opened', 'Task assigned', 'Task completed'))
    tasks[String(number)] = { ...tasks[String(number)], ...more };
  const observed = {
    status: found?.status ?? 'none',
    checks: details('Checked afterwards').map(({ state }) => state),
    tasks,
    drafts: details('Report drafted').map(({ report }) => report),
    logs: details('Evidence collected').map(({ logs }) => (logs as readonly Event[]).map(logsOf)),
    accepted: details('Report accepted').map(({ report }) => report),
  };
  const transitions = found?.transitions ?? 0;
  const tooMany =
    typeof most_transitions === 'number' && transitions > most_transitions
      ? [`${which}: expected at most ${most_transitions} transitions of the follow-up, found ${transitions}`]
      : [];
  return [...differences(expected, observed, `${which}, follow-up`), ...tooMany];
}

/** The source of logs that were collected, or why they were not. Functions of the simulator log no lines. */
const logsOf = ({ of, missing }: Event) => missing ?? of;
