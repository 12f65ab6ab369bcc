import { unlike } from './likeness.ts';
import type { RecordedEvent } from './recordings.ts';

/** Events that the recorder lost when it sorted the events of a Parallel. */
const LOST = /^Parallel(StateSucceeded|StateFailed|StateExited)$/;

/** Compares a history with the recorded one, event by event. Returns one sentence per difference. */
export function differences(recorded: readonly RecordedEvent[], history: readonly RecordedEvent[]): string[] {
  const remaining = new Set(history);
  const found = recorded.flatMap((event) => {
    const ours = event.id === 0 ? likeIt(event, remaining) : history.find(({ id }) => id === event.id);
    if (!ours) return [`${event.type} ${event.id || ''} is missing`];
    remaining.delete(ours);
    return differenceOf(event, ours) ?? [];
  });
  const sorted = recorded.some(({ id }) => id === 0);
  for (const { type, id } of remaining) {
    if (!(sorted && LOST.test(type))) found.push(`${type} ${id} is not on AWS`);
  }
  return found;
}

/** Returns an event like one that has no id. */
function likeIt(event: RecordedEvent, remaining: ReadonlySet<RecordedEvent>): RecordedEvent | undefined {
  const same = [...remaining].filter(({ type }) => type === event.type);
  return same.find((ours) => differenceOf(event, ours) === undefined) ?? same[0];
}

function differenceOf(event: RecordedEvent, ours: RecordedEvent): string | undefined {
  const { id, previousEventId } = event.id === 0 ? ours : event;
  const found = unlike({ ...event, id, previousEventId }, ours);
  return found && `${ours.type} ${ours.id}${found}`;
}
