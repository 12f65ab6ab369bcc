import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** An event of a recorded history. JSON texts in it were parsed by the recorder, and its timestamp was removed. */
export type RecordedEvent = {
  readonly type: string;
  /** 0 for an event inside a Parallel that the recorder sorted. */
  readonly id: number;
  readonly previousEventId: number;
} & Readonly<Record<string, unknown>>;

/** One execution that ran on AWS. The README beside this file describes its fields. */
export type Recording = {
  readonly name: string;
  readonly recorded: string;
  readonly kind: 'native' | 'converted';
  readonly definition: object;
  readonly input: string;
  readonly replace?: readonly (readonly [text: string, recorded: string])[];
  readonly history: readonly RecordedEvent[];
  readonly describe?: Readonly<Record<string, unknown>>;
};

/** One definition is one character over the payload limit, and is stored without its 262,144 letters. */
const long = (line: string) => line.replace('<a × 262144>', 'a'.repeat(262_144));

/** Every recording, in the order of the file. */
export const recordings: readonly Recording[] = readFileSync(join(import.meta.dirname, 'recordings.jsonl'), 'utf8')
  .trimEnd()
  .split('\n')
  .map((line) => JSON.parse(long(line)) as Recording);

/** Writes names and ARNs as the recording does. */
export function inWordsOf<Value>({ replace = [] }: Recording, value: Value): Value {
  let text = JSON.stringify(value);
  for (const [own, recorded] of replace) text = text.replaceAll(own, recorded);
  return JSON.parse(text);
}
