import { compareId } from '../../domain/infra/runbook-steps.ts';
import type { Evidence } from '../evidence.ts';
import { type Invariant, named } from './invariant.ts';

export const nothingLeftBehind: Invariant = {
  name: 'nothing-left-behind',
  says: 'Nothing is left behind: no token, no claim, no unsent message, no late history, no running command, and no lock but that of a *Needs a person* that nobody has released.',
  breaks: (evidence) => [...items(evidence), ...calls(evidence), ...locks(evidence), ...commands(evidence)],
};

const kinds: Readonly<Record<string, RegExp>> = {
  'a task token': /^TOKEN#/,
  'the claim of a phase': /^PHASE#\d+ OPEN$/,
  'an unsent message': /^UNSENT (?!.*#calls$)/,
  'late history': /^LATE/,
};

const items = ({ state }: Evidence): string[] =>
  state.flatMap(({ pk, sk }) =>
    Object.entries(kinds)
      .filter(([, key]) => key.test(`${pk} ${sk}`))
      .map(([kind]) => `the state table still has ${kind}: ${pk}, ${sk}`),
  );

/** People are called about a rollback until somebody has heard it, or released its fleet. */
const calls = ({ state, rollbacks }: Evidence): string[] =>
  state
    .filter(({ pk, sk }) => pk === 'UNSENT' && sk.endsWith('#calls'))
    .flatMap((one) => {
      const { record } = rollbacks.find(({ id }) => id === one['rollback']) ?? {};
      if (record?.ending === 'Needs a person') return [];
      return [
        `calls are owed about ${String(one['rollback'])}, whose ending is ${String(record?.ending ?? 'unknown')}`,
      ];
    });

function locks({ state, rollbacks }: Evidence): string[] {
  return state
    .filter(({ sk }) => sk === 'LOCK')
    .flatMap((lock) => {
      const holder = rollbacks.find(({ id }) => id === lock['rollback']);
      if (holder?.record?.ending === 'Needs a person' && holder.record.fleet_released === null) return [];
      const name = holder ? named(holder) : `rollback ${String(lock['rollback'])}, which has no record,`;
      return [`${name} still holds the fleet: its ending is ${String(holder?.record?.ending ?? 'unknown')}`];
    });
}

function commands({ happened, end }: Evidence): string[] {
  const open = new Map<string, string>();
  for (const { event, command, instance, instances, document, at } of happened) {
    if (event === 'CommandSent' && !isNewestComparison({ document, at }, end))
      for (const one of instances as readonly string[])
        open.set(`${String(command)} ${one}`, `${String(document)} since ${String(at)}`);
    if (event === 'InvocationEnded') open.delete(`${String(command)} ${String(instance)}`);
  }
  return [...open.values()].map((one) => `a command still runs at ${new Date(end).toISOString()}: ${one}`);
}

/** Hosts are compared again and again (cdk/fleet-watch.ts), also as the incident ends: the newest command may still run then. */
const isNewestComparison = ({ document, at }: { readonly document?: unknown; readonly at?: unknown }, end: number) =>
  String(document).endsWith(compareId) && end - Date.parse(String(at)) < betweenComparisons;

const betweenComparisons = 120_000;
