"""Rows of a SQLite database: taken away only as they were exported, and put back only where nothing newer stands."""

import base64
import contextlib
import os
import re
import sqlite3
import urllib.parse

from shared.quarantine import as_line, exported
from shared.settings import required

# Ingestion is stopped by an earlier step; whoever still holds the database after this is worth a person's look.
BUSY_SECONDS = 5
IDENTIFIER = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')


def identifier(name):
    return plain_name(name, required(name))


def plain_name(name, value):
    if not IDENTIFIER.fullmatch(value):
        raise SystemExit('%s must be a plain SQL name, found %s' % (name, value))
    return value


@contextlib.contextmanager
def writing(path, name):
    """A connection in one write transaction; whatever is raised undoes all of it."""
    if not os.path.isfile(path):
        raise SystemExit('There is no database %s in the tree' % name)
    connection = sqlite3.connect(
        'file:%s?mode=rw' % urllib.parse.quote(path), uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    connection.text_factory = lambda text: text.decode('utf-8', 'surrogateescape')
    try:
        connection.execute('BEGIN IMMEDIATE')
        yield connection
        connection.execute('COMMIT')
    except sqlite3.Error as problem:
        raise SystemExit('%s: %s; no row was changed' % (name, problem))
    finally:
        connection.close()  # undoes a transaction that was not committed


@contextlib.contextmanager
def reading(path, name):
    """A connection that cannot write and that sees one state of the database throughout."""
    connection = sqlite3.connect('file:%s?mode=ro' % urllib.parse.quote(path), uri=True, timeout=BUSY_SECONDS)
    connection.text_factory = lambda text: text.decode('utf-8', 'surrogateescape')
    try:
        connection.execute('BEGIN')
        yield connection
    except sqlite3.Error as problem:
        raise SystemExit('%s: %s' % (name, problem))
    finally:
        connection.close()


def integrity(path):
    """SQLite's own look at the whole file: `ok`, or what it found first."""
    connection = sqlite3.connect('file:%s?mode=ro' % urllib.parse.quote(path), uri=True, timeout=BUSY_SECONDS)
    try:
        return connection.execute('PRAGMA integrity_check(1)').fetchone()[0][:200]
    except sqlite3.Error as problem:
        return str(problem)[:200]
    finally:
        connection.close()


def row_at(connection, table, rowid):
    """The row as an export holds it, or None."""
    cursor = connection.execute('SELECT * FROM "%s" WHERE rowid = ?' % table, (rowid,))
    values = cursor.fetchone()
    return None if values is None else named(cursor, values)


def named(cursor, values):
    return dict(zip([description[0] for description in cursor.description], map(as_json, values)))


def row_line(row, rowid, left=None):
    """`left` is what the step made of the row; nothing where it removed it."""
    return as_line({'row': row, 'rowid': rowid, **({} if left is None else {'left': left})})


def take_away(connection, quarantine, note):
    """Removes the exported rows, or sets them to what the step makes of them; how many stayed, changed since."""
    stayed = undone = total = 0
    for line in exported(quarantine, note):
        total += 1
        now, left = row_at(connection, note['table'], line['rowid']), line.get('left')
        if now == left:
            continue
        if now != line['row']:
            stayed += 1
            continue
        set_row(connection, note['table'], line['rowid'], now, left)
        undone += row_at(connection, note['table'], line['rowid']) != left
    if undone:
        raise SystemExit('%d rows were exported and %d removed; the delete was undone' % (total, total - undone))
    return stayed


def set_row(connection, table, rowid, now, wanted):
    """Makes a row, or no row, of what is there now."""
    if wanted is None:
        connection.execute('DELETE FROM "%s" WHERE rowid = ?' % table, (rowid,))
        return
    places, values = zip(*map(as_sql, wanted.values()))
    if now is None:
        columns = ', '.join('"%s"' % name for name in wanted)
        query = 'INSERT INTO "%s" (rowid, %s) VALUES (?, %s)' % (table, columns, ', '.join(places))
        connection.execute(query, (rowid,) + values)
    else:
        columns = ', '.join('"%s" = %s' % pair for pair in zip(wanted, places))
        connection.execute('UPDATE "%s" SET %s WHERE rowid = ?' % (table, columns), values + (rowid,))


def as_json(value):
    """JSON has no bytes and no infinity."""
    if isinstance(value, bytes):
        return {'base64': base64.b64encode(value).decode()}
    if isinstance(value, float) and value in (float('inf'), float('-inf')):
        return {'real': str(value)}
    return value


def as_sql(value):
    """The place for a value in a statement, and the value."""
    if isinstance(value, dict):
        return '?', base64.b64decode(value['base64']) if 'base64' in value else float(value['real'])
    if isinstance(value, str) and any('\udc80' <= letter <= '\udcff' for letter in value):
        return 'CAST(? AS TEXT)', value.encode('utf-8', 'surrogateescape')  # no UTF-8
    return '?', value
