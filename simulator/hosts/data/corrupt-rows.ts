import { MOST_VALUE } from './host-state.ts';

/** The corrupt rows among the first of a table. Rows are only added to it; a script that removes some makes another. */
const counted = new WeakMap<readonly object[], { rows: number; corrupt: number }>();

/** Counts the corrupt rows of a table: each row once, because every tick counts them. */
export function corruptIn<Row extends object>(table: readonly Row[], read: (row: Row) => number): number {
  const known = counted.get(table) ?? { rows: 0, corrupt: 0 };
  for (; known.rows < table.length; known.rows += 1)
    if (read(table[known.rows] as Row) > MOST_VALUE) known.corrupt += 1;
  counted.set(table, known);
  return known.corrupt;
}
