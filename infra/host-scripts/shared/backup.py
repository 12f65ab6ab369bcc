"""Copies SQLite databases while their writers work, then opens and checks the copies.

SQLite writes a copy into a folder of the tree's owner, and the owner opens it: its content is the owner's, so root must
not. Root then copies the checked file into the state folder.
"""

import contextlib
import hashlib
import os
import shutil
import sqlite3
import tempfile

from shared.failures import remedy_of_database
from shared.rights import owner_rights
from shared.rows import integrity, opened, refuse_companions
from shared.settings import required
from shared.tables import quoted

BLOCK_PAGES = 1000
# SQLITE_BUSY and SQLITE_LOCKED, to which Python gives names only since 3.11.
BUSY = (5, 6)
# SQLite waits a quarter of a second before it tries a locked database again.
MOST_BUSY = 20
# So often a copy may start again because somebody wrote. Then a small database is copied at once: its writers wait for it.
MOST_RESTARTS, SMALL_BYTES = 3, 256 << 20
# Not /tmp, which is often in memory.
PLACE = '/var/tmp'
# So much stays free for the quarantine of a rollback.
RESERVE_BYTES = 256 << 20


class Restarted(Exception):
    """Somebody wrote to the database, so SQLite began its copy again."""


@contextlib.contextmanager
def workplace():
    """Yields a folder of the tree's owner for copies, and removes those of killed runs: the caller holds a lock."""
    prefix = 'rollback-' + hashlib.sha256(os.path.abspath(required('SSM_State')).encode()).hexdigest()[:12] + '-'
    with owner_rights():
        for name in os.listdir(PLACE):
            if name.startswith(prefix) and os.lstat(os.path.join(PLACE, name)).st_uid == os.geteuid():
                shutil.rmtree(os.path.join(PLACE, name), ignore_errors=True)
        folder = tempfile.mkdtemp(prefix=prefix, dir=PLACE)
    try:
        yield folder
    finally:
        with owner_rights():
            shutil.rmtree(folder, ignore_errors=True)


def database_bytes(path):
    return sum(os.stat(path + end).st_size for end in ('', '-wal') if os.path.exists(path + end))


def back_up(path, name, copy, give_way):
    """Copies a database to the path `copy`. Returns the number of rows of each table in the checked copy."""
    refuse_companions(path, name)
    try:
        copy_consistently(path, name, copy, give_way)
        fault = integrity(copy)
        if fault != 'ok':
            message = 'The copy of %s is damaged: %s. Repair the database, or restore it from a backup, then prepare again'
            raise SystemExit(message % (name, ' '.join(fault.split())[:120]))
        return counted(copy)
    except sqlite3.Error as problem:
        raise SystemExit('%s: %s; it was not copied%s' % (name, problem, remedy_of_database(problem)))


def copy_consistently(path, name, copy, give_way):
    for pages in [BLOCK_PAGES] * MOST_RESTARTS + [-1]:
        if pages == -1 and database_bytes(path) > SMALL_BYTES:
            message = '%s is written all the time, and too large to hold its writers up; %s'
            raise SystemExit(message % (name, 'give it a write-ahead log, or prepare while less is written'))
        if os.path.exists(copy):
            os.unlink(copy)
        try:
            return copy_once(path, name, copy, (pages, give_way))
        except Restarted:
            continue


def copy_once(path, name, copy, how):
    pages, give_way = how
    left, busy = None, 0

    def after_block(status, remaining, _):
        nonlocal left, busy
        give_way()
        busy = busy + 1 if status in BUSY else 0
        if busy > MOST_BUSY:
            raise SystemExit('%s: database is locked; it was not copied. Stop what holds it, then prepare again' % name)
        # As many pages left as before a block that was copied: it was the first one again.
        if left is not None and remaining >= left and status not in BUSY:
            raise Restarted()
        left = remaining

    source, target = opened(path, 'rw'), sqlite3.connect(copy)
    try:
        source.execute('PRAGMA query_only = ON')
        if source.execute('PRAGMA journal_mode').fetchone()[0] == 'wal':
            # One snapshot for all blocks: a reader of a write-ahead log holds no writer up.
            source.execute('BEGIN')
            source.execute('SELECT count(*) FROM sqlite_master').fetchone()
        source.backup(target, pages=pages, progress=after_block)
    finally:
        target.close()
        source.close()


def counted(copy):
    connection = opened(copy, 'rw')
    try:
        tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%' ORDER BY name"
        names = [name for name, in connection.execute(tables).fetchall()]
        return {name: count(connection, name) for name in names}
    finally:
        connection.close()


def count(connection, name):
    return connection.execute('SELECT count(*) FROM %s' % quoted(name)).fetchone()[0]
