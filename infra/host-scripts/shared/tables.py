"""Reads, removes and restores rows of a SQLite table by their ids."""

import collections
import contextlib
import sqlite3

from shared.rows import as_json, as_sql

# `rowid` is a name of the row's id that no column hides. `columns` are those that store a value, not generated ones.
Table = collections.namedtuple('Table', 'name rowid columns')


def refuse(name, reason):
    message = '%s %s; no row was changed. Change its rows by hand, or correct the table in the runbook'
    raise SystemExit(message % (name, reason))


def rowid_table(connection, name):
    """Returns a table, and refuses one whose rows have no name."""
    columns, generated = columns_of(connection, name)
    if not columns:
        raise SystemExit('There is no table %s; no row was changed. Add it or correct the table in the runbook' % name)
    taken = {column.lower() for column in columns + generated}
    free = [alias for alias in ('rowid', '_rowid_', 'oid') if alias not in taken]
    if not free:
        refuse(name, 'has columns called rowid, _rowid_ and oid, so no row can be named')
    if is_without_rowid(connection, name, free[0]):
        refuse(name, 'is WITHOUT ROWID, so no row can be named')
    return Table(name, free[0], columns)


def columns_of(connection, name):
    """Returns the names of the columns that store a value, and of the generated ones."""
    found = list(connection.execute('PRAGMA table_xinfo("%s")' % name))
    # SQLite before 3.26 knows no table_xinfo, and no generated columns either.
    found = found or [row + (0,) for row in connection.execute('PRAGMA table_info("%s")' % name)]
    stored = [row[1] for row in found if row[6] == 0]
    return stored, [row[1] for row in found if row[6] != 0]


def is_without_rowid(connection, name, alias):
    try:
        connection.execute('SELECT "{0}".{1} FROM main."{0}" LIMIT 0'.format(name, alias))
    except sqlite3.OperationalError as problem:
        if 'no such column' not in str(problem):
            raise
        return True
    return False


def quoted(column):
    return '"%s"' % column.replace('"', '""')


def selected(table):
    """Returns the expressions of a query for whole rows: the row's id, then the columns."""
    names = [table.rowid] + [quoted(column) for column in table.columns]
    return ', '.join('"%s".%s' % (table.name, name) for name in names)


def as_row(table, values):
    return dict(zip(table.columns, map(as_json, values)))


def row_count(connection, table):
    return connection.execute('SELECT count(*) FROM main."%s"' % table.name).fetchone()[0]


def rows_by_id(connection, table, ids):
    """Yields the (rowid, row) of those rows whose ids a query returns, each row in the form of an export."""
    query = 'SELECT {0} FROM main."{1}" WHERE {2} IN ({3}) ORDER BY 1'
    for rowid, *values in connection.execute(query.format(selected(table), table.name, table.rowid, ids)):
        yield rowid, as_row(table, values)


# Copies: rows of an export in a temporary table, so that SQLite compares and moves all of them at once. The columns of
# such a table have no types, so that each value keeps its own.


def load(connection, table, lines):
    """Returns the names of two copies: of the export's rows, and of what is left of those that the step changed."""
    rows, left = (Copy(connection, table, part) for part in ('row', 'left'))
    for line in lines:
        if set(line['row']) != set(table.columns):
            refuse(table.name, 'has other columns than when its rows were taken: %s' % ', '.join(table.columns))
        rows.add(line['rowid'], line['row'])
        if line.get('left') is not None:
            left.add(line['rowid'], line['left'])
    return rows.written(), left.written()


class Copy:
    """Rows on their way into a temporary table."""

    def __init__(self, connection, table, part):
        self.connection, self.columns, self.waiting = connection, table.columns, []
        self.name = 'temp."rollback_%s_%s"' % (part, table.name)
        connection.execute('DROP TABLE IF EXISTS ' + self.name)
        connection.execute('CREATE TABLE %s (id INTEGER PRIMARY KEY, %s)' % (self.name, ', '.join(numbered(table))))

    def add(self, rowid, row):
        places, values = zip(*(as_sql(row[column]) for column in self.columns))
        self.waiting.append((rowid,) + values)
        if set(places) != {'?'}:
            self.insert(places, [self.waiting.pop()])
        if len(self.waiting) == 1000:
            self.written()

    def written(self):
        self.insert(['?'] * len(self.columns), self.waiting)
        self.waiting = []
        return self.name

    def insert(self, places, rows):
        self.connection.executemany('INSERT INTO %s VALUES (?, %s)' % (self.name, ', '.join(places)), rows)


def numbered(table):
    return ['c%d' % number for number in range(len(table.columns))]


def exists(table):
    """Returns the condition that the table has the row of a copy, whatever it holds."""
    return 'EXISTS (SELECT 1 FROM main."{0}" AS now WHERE now.{1} = kept.id)'.format(table.name, table.rowid)


def equals(table, copy):
    """Returns the condition that the table has the row of a copy (`kept` in the query) as it is in this copy.

    Types must be equal too: SQLite alone takes 1 for 1.0, and A for a in a column that ignores case.
    """
    same = every([
        'now.{0} IS that.{1} COLLATE BINARY AND typeof(now.{0}) = typeof(that.{1})'.format(quoted(column), kept)
        for column, kept in zip(table.columns, numbered(table))
    ])
    return (
        'EXISTS (SELECT 1 FROM main."{0}" AS now JOIN {2} AS that ON that.id = now.{1}'
        ' WHERE now.{1} = kept.id AND {3})'.format(table.name, table.rowid, copy, same)
    )


def every(conditions):
    """Joins conditions in halves: SQLite refuses a depth of over 1,000, and a table may have 2,000 columns."""
    if len(conditions) == 1:
        return conditions[0]
    half = len(conditions) // 2
    return '(%s) AND (%s)' % (every(conditions[:half]), every(conditions[half:]))


def left_as(table, left):
    """Returns the condition that a row is as the step left it: gone, unless the copy `left` has it."""
    return '(CASE WHEN kept.id IN (SELECT id FROM {0}) THEN {1} ELSE NOT {2} END)'.format(
        left, equals(table, left), exists(table)
    )


def ids_where(connection, copy, condition, name='picked'):
    """Returns a query for the ids in a copy that meet a condition now, whatever happens to the table afterwards."""
    picked = 'temp.rollback_' + name
    connection.execute('DROP TABLE IF EXISTS ' + picked)
    connection.execute('CREATE TABLE %s AS SELECT id FROM %s AS kept WHERE %s' % (picked, copy, condition))
    return 'SELECT id FROM ' + picked


def count_of(connection, copy, condition):
    return connection.execute('SELECT count(*) FROM %s AS kept WHERE %s' % (copy, condition)).fetchone()[0]


def delete_rows(connection, table, ids):
    connection.execute('DELETE FROM main."%s" WHERE %s IN (%s)' % (table.name, table.rowid, ids))


def insert_rows(connection, table, rows, conflict='ABORT'):
    """Inserts `rows`, the name of a copy and the ids in it.

    The conflict clause holds for every constraint, whatever clause the constraint has itself.
    """
    copy, ids = rows
    columns = ', '.join([table.rowid] + [quoted(column) for column in table.columns])
    values = ', '.join(['id'] + numbered(table))
    connection.execute('INSERT OR {0} INTO main."{1}" ({2}) SELECT {3} FROM {4} WHERE id IN ({5})'.format(
        conflict, table.name, columns, values, copy, ids
    ))


def replace_rows(connection, table, copy, ids):
    """Gives the rows of these ids the content that they have in the copy; one that is not in the copy is deleted.

    All go before the first comes back, so that two rows may exchange a unique value.
    """
    delete_rows(connection, table, ids)
    insert_rows(connection, table, (copy, ids))
    wrong = count_of(connection, copy, 'id IN (%s) AND NOT %s' % (ids, equals(table, copy)))
    if wrong:
        refuse(table.name, 'holds %d rows otherwise than they were written' % wrong)


@contextlib.contextmanager
def held_triggers(connection, table):
    """Takes the table's triggers away within: a row that comes back is not a new one."""
    query = "SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND lower(tbl_name) = lower(?) ORDER BY rowid"
    before = connection.execute(query, (table.name,)).fetchall()
    for name, _ in before:
        connection.execute('DROP TRIGGER main.%s' % quoted(name))
    yield
    for _, sql in before:
        connection.execute(sql)
    if connection.execute(query, (table.name,)).fetchall() != before:
        refuse(table.name, 'has triggers that cannot be made again as they are')


def watch(connection, table, actions):
    """Keeps the first version of each row that a statement deletes or updates, for `watched`."""
    old = ', '.join('OLD.' + quoted(column) for column in table.columns)
    connection.execute(
        'CREATE TEMP TABLE "rollback_%s" (id INTEGER PRIMARY KEY, %s)' % (table.name, ', '.join(numbered(table)))
    )
    for action in actions:
        connection.execute(
            'CREATE TEMP TRIGGER "rollback_{1}_{0}" BEFORE {1} ON main."{0}" BEGIN INSERT INTO "rollback_{0}" SELECT'
            ' OLD.{3}, {2} WHERE NOT EXISTS (SELECT 1 FROM "rollback_{0}" WHERE id = OLD.{3}); END'
            .format(table.name, action, old, table.rowid)
        )


def watched(connection, table):
    """Yields the (rowid, row) of each row that `watch` kept."""
    for rowid, *values in connection.execute('SELECT * FROM temp."rollback_%s" ORDER BY id' % table.name):
        yield rowid, as_row(table, values)
