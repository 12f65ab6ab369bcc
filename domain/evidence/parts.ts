import type { Gathered, Part } from './gathered.ts';

/** A part as the pack lists it: its files, its source, and why it is missing. */
export type ListedPart = {
  readonly part: string;
  readonly files: string;
  readonly from: string;
  readonly state: Part<unknown>['state'];
  readonly why: string | null;
};

/** Returns every part of a pack, the missing ones too. */
export function listedParts(gathered: Gathered): ListedPart[] {
  const one = (part: string, files: string, from: string, found: Part<unknown>): ListedPart => ({
    part,
    files,
    from,
    state: found.state,
    why: found.state === 'complete' ? null : found.why,
  });
  const events = { state: 'complete', value: gathered.events } as const;
  return [
    one('events', 'events.json, messages.json, changes.json', 'history table, EVENT items', events),
    one('record', 'record.json', 'history table, RECORD item', gathered.record),
    one('host reports', 'hosts/', 'history table, HOST items', gathered.hosts),
    one('links', 'links.json', 'history table, CHAIN items', gathered.links),
    one('questions and decisions', 'decisions.json', 'state table, QUESTION items', gathered.decisions),
    one('scope', 'plan.json', 'state table, FROZEN item', gathered.scope),
    one('execution', 'execution.json', 'Step Functions, the execution and its history', gathered.execution),
    one('definition', 'definition.asl.json', 'Step Functions, the definition of the execution', gathered.definition),
    ...Object.entries(gathered.documents).map(([name, part]) =>
      one(`document ${name}`, `documents/${name}.json`, 'Systems Manager, the pinned version', part),
    ),
  ];
}
