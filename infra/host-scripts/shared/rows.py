"""Removes rows of a SQLite database only if they match their export, and restores them."""

import base64
import contextlib
import os
import re
import sqlite3
import urllib.parse

from shared.quarantine import as_line, exported
from shared.settings import required

# An earlier step stopped ingestion. If the database is still locked after this, a person must find the holder.
BUSY_SECONDS = 5
IDENTIFIER = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')


def identifier(name):
    return plain_name(name, required(name))


def plain_name(name, value):
    if not IDENTIFIER.fullmatch(value):
        raise SystemExit('%s must be a plain SQL name, found %s; correct the runbook' % (name, value))
    return value


@contextlib.contextmanager
def writing(path, name):
    """Yields a connection in one write transaction; any exception rolls all of it back."""
    if not os.path.isfile(path):
        raise SystemExit('There is no database %s in the tree; add it or correct Database in the runbook' % name)
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
        connection.close()  # rolls back an uncommitted transaction


@contextlib.contextmanager
def reading(path, name):
    """Yields a read-only connection that sees one snapshot of the database."""
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
    """Returns `ok`, or the first fault that SQLite's integrity check of the whole file finds."""
    connection = sqlite3.connect('file:%s?mode=ro' % urllib.parse.quote(path), uri=True, timeout=BUSY_SECONDS)
    try:
        return connection.execute('PRAGMA integrity_check(1)').fetchone()[0][:200]
    except sqlite3.Error as problem:
        return str(problem)[:200]
    finally:
        connection.close()


def row_at(connection, table, rowid):
    """Returns the row in the form of an export, or None if it does not exist."""
    cursor = connection.execute('SELECT * FROM "%s" WHERE rowid = ?' % table, (rowid,))
    values = cursor.fetchone()
    return None if values is None else named(cursor, values)


def named(cursor, values):
    return dict(zip([description[0] for description in cursor.description], map(as_json, values)))


def row_line(row, rowid, left=None):
    """Returns a row's line of an export. `left` is the row after the step's update; None if the step removes it."""
    return as_line({'row': row, 'rowid': rowid, **({} if left is None else {'left': left})})


def take_away(connection, quarantine, note):
    """Removes or updates the rows of an export, and returns how many stayed because they changed since."""
    stayed = undone = total = 0
    for line in exported(quarantine, note):
        total += 1
        now, left = row_at(connection, note['table'], line['rowid']), line.get('left')
        if now == left:
            continue
        if now != line['row']:
            stayed += 1
            continue
        set_row(connection, (note['table'], line['rowid']), now, left)
        undone += row_at(connection, note['table'], line['rowid']) != left
    if undone:
        message = '%d rows were exported and %d removed; the delete was undone. Check the triggers of the table'
        raise SystemExit(message % (total, total - undone))
    return stayed


def set_row(connection, key, now, wanted):
    """Inserts, updates or deletes one row, whose key is (table, rowid).

    `now` is its present content and `wanted` the new one; None is no row.
    """
    table, rowid = key
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
    """Returns a value in a form that JSON can hold: JSON has no bytes and no infinity."""
    if isinstance(value, bytes):
        return {'base64': base64.b64encode(value).decode()}
    if isinstance(value, float) and value in (float('inf'), float('-inf')):
        return {'real': str(value)}
    return value


def as_sql(value):
    """Returns the placeholder for a value in a statement, and the value to bind."""
    if isinstance(value, dict):
        return '?', base64.b64decode(value['base64']) if 'base64' in value else float(value['real'])
    if isinstance(value, str) and any('\udc80' <= letter <= '\udcff' for letter in value):
        return 'CAST(? AS TEXT)', value.encode('utf-8', 'surrogateescape')  # text that is not UTF-8
    return '?', value
