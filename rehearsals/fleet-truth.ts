import type { RemoteAccount } from './account.ts';
import { differences } from './differences.ts';
import type { Outcome } from './story.ts';

const messages = ['host-differs', 'hosts-agree', 'rollback-undone'];

/** Compares what is known of the hosts, and the messages about it, with a story's expectation. `start`: the story's 0s, in milliseconds. */
export async function truthDifferences(
  account: RemoteAccount,
  { within, ...expected }: NonNullable<Outcome['truth']>,
  start: number,
): Promise<string[]> {
  const known = (await account.truth()) ?? {};
  const all = (known['differences'] ?? []) as readonly { readonly name: string; readonly what: string }[];
  const told = (await account.messages()).filter(({ attributes }) => messages.includes(attributes['message'] ?? ''));
  const found = {
    ...known,
    hosts: Object.fromEntries(all.map(({ name, what }) => [name, what])),
    told: told.map(({ attributes }) => attributes['message']),
  };
  const [first] = told;
  const after = first && (Date.parse(first.at) - start) / 1000;
  const late =
    within === undefined || (after !== undefined && after <= within)
      ? []
      : [
          `the hosts: expected to be named within ${within} s, found ${after === undefined ? 'no message' : `${after} s`}`,
        ];
  return [...differences(expected, found, 'the hosts'), ...late];
}
