"""Opens a SQLite database, and puts its values into JSON."""

import base64
import contextlib
import os
import re
import sqlite3
import urllib.parse

from shared.failures import remedy_of_database
from shared.quarantine import as_line
from shared.settings import required

# An earlier step stopped ingestion. If the database is still locked after this, a person must find the holder.
BUSY_SECONDS = 5
NOT_UTF8 = re.compile('[\udc80-\udcff]')
IDENTIFIER = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')
# Faults of values, which the schema forbids: the corrupt rows may have them, and can be read all the same.
OF_VALUES = re.compile(r'(NULL|NUMERIC|TEXT|non-\w+) value in |non-unique entry')
EVERY = 2 ** 31 - 1  # faults; without a number, SQLite stops after 100


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
    refuse_companions(path, name)
    connection = None
    try:
        connection = opened(path, 'rw')
        # Foreign keys would delete rows of other tables. Without recursive triggers, OR REPLACE deletes rows unseen.
        connection.execute('PRAGMA foreign_keys = OFF')
        connection.execute('PRAGMA recursive_triggers = ON')
        connection.execute('BEGIN IMMEDIATE')
        yield connection
        connection.execute('COMMIT')
    except sqlite3.Error as problem:
        raise SystemExit('%s: %s; no row was changed%s' % (name, problem, remedy_of_database(problem)))
    finally:
        if connection:
            connection.close()  # rolls back an uncommitted transaction


def refuse_companions(path, name):
    """Refuses a pipe or folder in place of a journal: SQLite would only report an error of the disk."""
    for end in ('-wal', '-shm', '-journal'):
        if os.path.lexists(path + end) and not os.path.isfile(path + end):
            message = '%s%s is in the way, and is no file; no row was changed. Remove it, then retry'
            raise SystemExit(message % (name, end))


@contextlib.contextmanager
def undone(connection):
    """Undoes, at its end, whatever is done to the database within."""
    connection.execute('SAVEPOINT undone')
    try:
        yield
    finally:
        if connection.in_transaction:  # SQLite may have rolled back by itself, as when the disk is full
            connection.execute('ROLLBACK TO undone')
            connection.execute('RELEASE undone')


def opened(path, mode):
    connection = sqlite3.connect(
        'file:%s?mode=%s' % (urllib.parse.quote(path), mode), uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    connection.text_factory = lambda text: text.decode('utf-8', 'surrogateescape')
    return connection


def integrity(path):
    """Returns `ok`, or the first fault of the whole file that may hide rows."""
    # Not read-only: such a connection would leave its own empty write-ahead log beside the database.
    connection = opened(path, 'rw')
    try:
        return fault_of(connection)[:200]
    except sqlite3.Error as problem:
        return str(problem)[:200]
    finally:
        connection.close()


def fault_of(connection):
    """Returns `ok`, or the first fault of a database that is not one of values: a damaged index may be behind those.

    The first check stops at the first fault: faults of pages come first, and all of them would need much memory.
    """
    # CHECK is one of values too, and may call a function that only the customer's programs have.
    connection.execute('PRAGMA ignore_check_constraints = ON')
    try:
        for most in (1, EVERY):
            for fault, in connection.execute('PRAGMA integrity_check(%d)' % most):
                if not OF_VALUES.match(fault):
                    return fault
    except sqlite3.OperationalError as problem:
        if 'unknown function' not in str(problem):
            raise
        # An index calls a function of the customer's. If it is one of the table's, the trial in taking.py fails.
    finally:
        connection.execute('PRAGMA ignore_check_constraints = OFF')
    return 'ok'


def row_line(row, rowid, left=None, dangling=None):
    """Returns a row's line of an export. `left` is the row after the step's update; None if the step removes it.

    `dangling` are the numbers of the foreign keys by which it refers to nothing: it may come back so.
    """
    more = {'left': left, 'dangling': dangling}
    return as_line({'row': row, 'rowid': rowid, **{name: value for name, value in more.items() if value is not None}})


def same(row, other):
    """Returns whether two rows are equal, types too: Python alone would take 1 and 1.0 for the same."""
    return as_line(row) == as_line(other)


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
    if isinstance(value, str) and NOT_UTF8.search(value):
        return 'CAST(? AS TEXT)', value.encode('utf-8', 'surrogateescape')  # text that is not UTF-8
    return '?', value
