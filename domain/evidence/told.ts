import type { RollbackEvent } from '../history/event.ts';
import type { RollbackRecord } from '../history/record.ts';

/** The command that hosts were sent for one step: the document that ran, and the values of its parameters. */
export type Told = {
  readonly document: string;
  readonly version: string | null;
  /** The hash that the opening pinned; Systems Manager refuses another document. */
  readonly hash: string | null;
  readonly timeout_seconds: number | null;
  readonly parameters: Readonly<Record<string, unknown>>;
};

type Command = {
  readonly id: string;
  readonly document: string;
  readonly parameters: Record<string, unknown>;
} & Record<string, unknown>;

/**
 * Returns what hosts were told for a step, from the definition that ran and from the events, as send-command-input.ts
 * composes it. Null: the definition or the events do not have it.
 */
export function toldFor(
  step: string,
  definition: unknown,
  events: readonly RollbackEvent[],
  record: Pick<RollbackRecord, 'rollback_id' | 'fence'>,
): Told | null {
  const command = objectsIn(definition).find((one): one is Command => isCommand(one) && one.id === step);
  const frozen = events.findLast(({ type }) => type === 'Hosts frozen')?.detail;
  if (!command || !frozen) return null;
  const documents = (frozen['documents'] ?? {}) as Record<string, { version?: string; hash?: string }>;
  const { version = null, hash = null } = documents[command.document] ?? {};
  return {
    document: command.document,
    version,
    hash,
    timeout_seconds: (command['timeout_seconds'] ?? null) as number | null,
    parameters: {
      ...command.parameters,
      RollbackId: record.rollback_id,
      Fence: String(fenceAt(step, events) ?? record.fence ?? 0),
      WindowStart: frozen['window_start'] ?? null,
    },
  };
}

/** The fence with which a step's newest attempt was sent: a rollback that let others act has taken the fleet twice. */
function fenceAt(step: string, events: readonly RollbackEvent[]): unknown {
  const started = events.findLastIndex(({ type, detail }) => type === 'Step started' && detail['step'] === step);
  return events.slice(0, Math.max(0, started)).findLast(({ type }) => type === 'Fleet taken')?.detail['fence'];
}

const isCommand = (one: Readonly<Record<string, unknown>>): one is Command =>
  typeof one['id'] === 'string' &&
  typeof one['document'] === 'string' &&
  typeof one['parameters'] === 'object' &&
  one['parameters'] !== null &&
  !Array.isArray(one['parameters']);

/** Returns every object inside a value, an outer one before those inside it. */
function objectsIn(value: unknown): Readonly<Record<string, unknown>>[] {
  if (typeof value !== 'object' || value === null) return [];
  const inside = Object.values(value).flatMap(objectsIn);
  return Array.isArray(value) ? inside : [value as Record<string, unknown>, ...inside];
}
