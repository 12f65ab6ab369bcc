import { DatabaseSync } from 'node:sqlite';

const quoted = (name: unknown) => `"${String(name).replaceAll('"', '""')}"`;

/** Runs statements on a database and returns the rows of the last one. Foreign keys are off, as they are by default. */
export function sqlOn(path: string, ...statements: readonly string[]): Record<string, unknown>[] {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  database.function('known_to_the_customer', { varargs: true }, () => 1);
  try {
    return statements.map((one) => database.prepare(one).all()).at(-1) ?? [];
  } finally {
    database.close();
  }
}

/**
 * Returns everything that a database holds: the schema, and each row of each table with the exact bytes of its values.
 * Tables that a virtual table keeps for itself are left out, because reading them says nothing.
 */
export function databaseLook(path: string): Record<string, readonly string[]> {
  const database = new DatabaseSync(path, { enableForeignKeyConstraints: false });
  try {
    const all = (query: string) => database.prepare(query).all();
    const tables = all('PRAGMA table_list').filter(({ schema, type }) => schema === 'main' && type !== 'shadow');
    const rows = tables
      .filter(({ type, name }) => type !== 'view' && name !== 'sqlite_schema')
      .map(({ name }) => {
        const columns = all(`PRAGMA table_xinfo(${quoted(name)})`).map((column) => quoted(column['name']));
        const values = columns.map((column) => `typeof(${column}) || hex(${column}) || quote(${column})`);
        return [
          `rows of ${name}`,
          all(`SELECT ${values.join(` || ',' || `)} AS row FROM ${quoted(name)}`)
            .map(({ row }) => String(row))
            .toSorted(),
        ] as const;
      });
    const schema = all('SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL').map(({ sql }) => String(sql));
    return Object.fromEntries([['schema', schema.toSorted()], ...rows]);
  } finally {
    database.close();
  }
}
