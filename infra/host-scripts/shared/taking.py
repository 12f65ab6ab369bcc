"""Removes or changes rows of a SQLite table only if they can come back, for clear-corrupted-cache and clear-state.

Both scripts share these guards: the table is one whose rows can be named; its triggers write nothing; only
the rows of the export go, and they are counted; no row is left that refers to one that went; and the rows of the export
are put back in a trial, which is undone, before anything is committed.
"""

import contextlib
import re
import sqlite3

from shared.references import dangling, refuse_dangling
from shared.rows import fault_of, undone
from shared.tables import (
    count_of, delete_rows, equals, exists, held_triggers, ids_where, load, quoted, refuse, replace_rows, row_count,
    rowid_table
)

# SQLITE_RECURSIVE, a recursive query, is 33; Python gives it no name before 3.7.
READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, 33}
REFERRED_TO = 'is referred to: %d rows by a foreign key would refer to rows that are gone'
DELETING, CHANGING = (sqlite3.SQLITE_DELETE,), (sqlite3.SQLITE_DELETE, sqlite3.SQLITE_UPDATE)


def table_of(connection, name):
    """Returns a table by its name in the schema. Refuses one whose rows cannot be removed and restored one by one."""
    query = "SELECT name, type, sql FROM sqlite_master WHERE type IN ('table', 'view')"
    schema = {found.lower(): (found, kind, sql or '') for found, kind, sql in connection.execute(query)}
    if name.lower() not in schema:
        return rowid_table(connection, name)  # which says so
    name, kind, sql = schema[name.lower()]
    virtual = {found for found, _, made in schema.values() if is_virtual(made)}
    if kind == 'view':
        refuse(name, 'is a view, whose rows are in other tables')
    if name in virtual:
        refuse(name, 'is a virtual table, whose rows are elsewhere')
    if name.lower().startswith('sqlite_'):
        refuse(name, "is one of SQLite's own tables")
    for found in sorted(virtual):
        if name.lower().startswith(found.lower() + '_') or mentions(schema[found.lower()][2], name):
            refuse(name, 'is used by the virtual table %s, which would not notice that rows go' % found)
    table = rowid_table(connection, name)
    refuse_ill_formed(connection, table)
    return table


def is_virtual(sql):
    return sql.upper().startswith('CREATE VIRTUAL TABLE')


def mentions(sql, name):
    return re.search(r'(?<!\w)%s(?!\w)' % re.escape(name), sql, re.IGNORECASE) is not None


def refuse_damaged(connection, name):
    """Refuses a database whose rows cannot all be read: nobody knows which corrupt rows would stay."""
    fault = fault_of(connection)
    if fault != 'ok':
        message = '%s is damaged: %s; no row was changed. Repair it, or restore it from a backup, then retry'
        raise SystemExit(message % (name, ' '.join(fault.split())[:120]))


def refuse_ill_formed(connection, table):
    """Refuses text that is not of its database's encoding, unless that is UTF-8: SQLite would give it back changed."""
    encoding = connection.execute('PRAGMA encoding').fetchone()[0]
    if encoding == 'UTF-8':
        return
    connection.create_function('rollback_ill_formed', 1, lambda found: is_ill_formed(found, encoding))
    query = 'SELECT count(*) FROM main."%s" WHERE typeof({0}) = \'text\' AND rollback_ill_formed(CAST({0} AS BLOB))'
    for column in table.columns:
        count = connection.execute((query % table.name).format(quoted(column))).fetchone()[0]
        if count:
            refuse(table.name, 'has %d texts in %s that are no %s' % (count, quoted(column), encoding))


def is_ill_formed(found, encoding):
    try:
        found.decode(encoding)
    except UnicodeDecodeError:
        return True
    return False


@contextlib.contextmanager
def restricted(connection, tables, actions):
    """Allows reads, and these actions on these tables; a trigger of the customer's may only read.

    Yields the names of triggers that were about to write.
    """
    writers, names = [], [table.name for table in tables]

    def allowed(action, first, _, database, trigger):
        if action in READING or (database == 'temp' and trigger):
            return sqlite3.SQLITE_OK  # our own trigger: one of the customer's cannot write to temp
        if trigger:
            writers.append(trigger)
        ours = action in actions and database == 'main' and first in names and not trigger
        return sqlite3.SQLITE_OK if ours else sqlite3.SQLITE_DENY

    connection.set_authorizer(allowed)
    try:
        yield writers
    finally:
        connection.set_authorizer(lambda *_: sqlite3.SQLITE_OK)  # Python takes None only since 3.11


def refuse_triggers(connection, table):
    """Refuses a table with a trigger that writes when a row goes. SQLite's authorizer sees it without a delete."""
    with restricted(connection, [table], DELETING) as writers:
        try:
            connection.execute('EXPLAIN DELETE FROM main."%s"' % table.name)
        except sqlite3.DatabaseError:
            if not writers:
                raise
            refuse(table.name, 'has the trigger %s, which writes when a row goes' % writers[0])


def take_away(connection, table, lines):
    """Deletes the rows of these lines of an export.

    Returns how many are gone, counted afterwards, and how many changed and stay.
    """
    before, loose = row_count(connection, table), set(dangling(connection, [table]))
    copy, _ = load(connection, table, lines)
    going = ids_where(connection, copy, equals(table, copy))
    expected = connection.execute('SELECT count(*) FROM (%s)' % going).fetchone()[0]
    try:
        with restricted(connection, [table], DELETING):
            delete_rows(connection, table, going)
    except sqlite3.IntegrityError as problem:  # RAISE in a trigger; other constraints cannot fail in a delete
        refuse(table.name, 'has a trigger that refuses to let a row go: %s' % problem)
    went = before - row_count(connection, table)
    if went != expected:
        message = '%d rows were to go and %d went; the delete was undone. Check the triggers of the table'
        raise SystemExit(message % (expected, went))
    gone = count_of(connection, copy, 'NOT ' + exists(table))
    prove(connection, table, copy, going)
    refuse_dangling(connection, [table], loose, REFERRED_TO)
    return gone, count_of(connection, copy, exists(table))


def prove(connection, table, copy, ids):
    """Puts rows of an export back, and undoes that: what cannot come back is not taken."""
    try:
        with undone(connection), held_triggers(connection, table):
            replace_rows(connection, table, copy, ids)
    except sqlite3.Error as problem:
        refuse(table.name, 'would not take its rows back: %s' % problem)
