"""Reads a SQLite database for a plan, which changes no file: neither the database nor its journals."""

import contextlib
import fcntl
import os
import shutil
import sqlite3
import struct
import tempfile

from shared.failures import remedy_of_database
from shared.rights import open_file
from shared.rows import opened, refuse_companions, writing

# Every connection to a write-ahead log holds a shared lock on this byte of the index beside it (SQLite, "WAL-mode File
# Format", 2.3.2: WAL_DMS_LOCK).
CONNECTED_BYTE = 128
LOCK = 'hhqqi'  # struct flock of 64-bit Linux: type, whence, start, length, pid
COPIED_BYTES = 2 ** 28  # on many hosts /tmp is memory, which trading needs


@contextlib.contextmanager
def reading(path, name):
    """Yields a read-only connection that sees one snapshot of the database."""
    if not os.path.isfile(path):
        raise SystemExit('There is no database %s in the tree; add it or correct Database in the runbook' % name)
    refuse_companions(path, name)
    refuse_read_only(path, name)
    idle, before, connection = is_idle(path, name), signature(path), None
    try:
        connection = opened(path, 'ro&immutable=1' if idle else 'ro')
        connection.execute('BEGIN')
        yield connection
    except sqlite3.Error as problem:
        hint = journal_hint(path, name) or remedy_of_database(problem)
        raise SystemExit('%s: %s%s' % (name, problem, hint))
    finally:
        if connection:
            connection.close()
    if idle and signature(path) != before:
        raise SystemExit('%s was written while it was read; plan again' % name)


def refuse_read_only(path, name):
    """Refuses a database that the step could not write: a plan reads only, and would not notice."""
    if not os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids):
        message = '%s cannot be written by the owner of the tree; no row was changed. %s, then retry'
        raise SystemExit(message % (name, 'Correct its owner or mode'))


def may_be_copied(path):
    """Returns whether a plan may copy a database: it is small, and its copy leaves free space. A missing one may."""
    size = sum(os.path.getsize(file) for file in (path, path + '-wal') if os.path.isfile(file))
    return size <= min(COPIED_BYTES, shutil.disk_usage(tempfile.gettempdir()).free // 2)


@contextlib.contextmanager
def copied(path, name):
    """Yields a connection in a write transaction on a copy of the database.

    On the database itself, even a change that is rolled back would hold the customer's lock.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, 'copy')
        with reading(path, name) as connection:
            connection.execute('SELECT count(*) FROM sqlite_master')  # this read starts the snapshot
            target = sqlite3.connect(copy)
            connection.backup(target)
            target.close()
        with writing(copy, name) as connection:
            yield connection


def is_idle(path, name):
    """Returns whether the database has a write-ahead log by its header, and nobody is connected to it.

    SQLite would then create the log and its index to read the database; told that the file is immutable, it does not.
    """
    with open_file(path) as file:
        header = file.read(20)
    if header[18:20] != b'\2\2' or is_connected(path + '-shm'):
        return False
    if os.path.exists(path + '-wal') and os.path.getsize(path + '-wal') > 0:
        message = (
            '%s-wal, the write-ahead log of a killed writer, is in the way: a plan changes nothing, and a live step'
            ' writes the log into the database first. Run the step live, or open the database once'
        )
        raise SystemExit(message % name)
    return True


def is_connected(index):
    try:
        with open_file(index) as file:
            asked = struct.pack(LOCK, fcntl.F_WRLCK, os.SEEK_SET, CONNECTED_BYTE, 1, 0)
            return struct.unpack(LOCK, fcntl.fcntl(file, fcntl.F_GETLK, asked))[0] != fcntl.F_UNLCK
    except FileNotFoundError:
        return False


def journal_hint(path, name):
    if not os.path.exists(path + '-journal'):
        return ''
    message = (
        '; the journal %s-journal of a killed writer is in the way: a plan changes nothing, and a live step rolls it'
        ' back first. Run the step live, or open the database once'
    )
    return message % name


def signature(path):
    found = os.stat(path)
    return found.st_size, found.st_mtime_ns, os.path.exists(path + '-wal')
