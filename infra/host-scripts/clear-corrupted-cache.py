"""Clears the cache and the corrupt rows; everything is copied, and the copy verified, before it is removed.

The procedure's `rm -rf outputs/databento_cache/*` and `DELETE FROM mbo_events WHERE timestamp > …` against its own
"Data Loss: Zero tolerance". May be repeated: a second attempt adds to the quarantine and reports all of it.

    SSM_CacheFolder   outputs/databento_cache, in the tree
    SSM_Database      outputs/market_data.db, in the tree
    SSM_Table         mbo_events
    SSM_TimeColumn    timestamp, text as SQLite's datetime() writes it, UTC
    SSM_WindowStart   2026-01-05T08:00:00Z; rows after it are the corrupt ones

In <state>/<rollback>/quarantine/<step>: files/ as they lay in the cache, rows.jsonl with one {"row":…,"rowid":…} a
line. Where a repeat finds something different under the same name, the new one is kept beside it as name.2. Each copy
stands in kept.jsonl, with the hash of what it was made from, before that is removed. `lost` is true where one of these
copies, this attempt's or an earlier one's, is gone or reads differently at the end; until then nothing is lost, since
nothing is removed without a verified copy.
"""

import base64
import datetime
import glob
import hashlib
import json
import os
import re
import shutil
import sqlite3
import stat
import sys
import urllib.parse

IDENTIFIER = re.compile(r'[A-Za-z_][A-Za-z0-9_]*')
# What datetime() writes. Any other text would sort wrongly against the window, and the wrong rows would go.
DATETIME = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'
# Ingestion is stopped by an earlier step; whoever still holds the database after this is worth a person's look.
BUSY_SECONDS = 5


def main():
    tree = os.path.realpath(required('SSM_Tree'))
    cache = inside(tree, 'SSM_CacheFolder')
    database = inside(tree, 'SSM_Database')
    table, column = identifier('SSM_Table'), identifier('SSM_TimeColumn')
    start = window_start(required('SSM_WindowStart'))
    quarantine = '/'.join([required('SSM_State'), required('SSM_RollbackId'), 'quarantine', required('SSM_Step')])
    if not os.path.isfile(database):
        raise SystemExit('There is no database %s in the tree' % os.environ['SSM_Database'])
    names = cached_files(cache)
    os.makedirs(quarantine, mode=0o700, exist_ok=True)
    for name in names:
        move_file(cache, name, quarantine)
    remove_empty_folders(cache)
    move_rows(database, table, column, start, quarantine)
    report = {'files': moved_files(quarantine), 'rows': moved_rows(quarantine), 'quarantine': quarantine}
    print(json.dumps({**report, 'lost': bool(lost_copies(quarantine))}))


def required(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit('%s is not set; the SSM document passes it' % name)
    return value


def identifier(name):
    value = required(name)
    if not IDENTIFIER.fullmatch(value):
        raise SystemExit('%s must be a plain SQL name, found %s' % (name, value))
    return value


def inside(tree, name):
    """The path with its links followed; one that leads out of the tree is refused."""
    path = os.path.realpath(os.path.join(tree, required(name)))
    if not path.startswith(tree + os.sep):
        raise SystemExit('%s leads out of the tree: %s; nothing was touched' % (name, required(name)))
    return path


def window_start(text):
    """The instant as the time column would hold it, so that the two compare as text."""
    try:
        instant = datetime.datetime.fromisoformat(re.sub('Z$', '+00:00', text))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SystemExit('SSM_WindowStart must be an instant like 2026-01-05T08:00:00Z, found %s' % text)
    return instant.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(sep=' ')


# Files


def cached_files(cache):
    """Names below the cache, links among them unfollowed; hidden files too, they are as likely to be corrupt."""
    if not os.path.exists(cache):
        return []
    if not os.path.isdir(cache):
        raise SystemExit('%s is not a folder; nothing was touched' % cache)
    names = []
    for folder, folders, files in os.walk(cache, onerror=unreadable):
        linked = [name for name in folders if os.path.islink(os.path.join(folder, name))]
        for name in files + linked:
            path = os.path.join(folder, name)
            if not (os.path.islink(path) or stat.S_ISREG(os.lstat(path).st_mode)):
                raise SystemExit('%s is neither a file nor a link; nothing was touched' % os.path.relpath(path, cache))
            names.append(os.path.relpath(path, cache))
    return sorted(names)


def unreadable(problem):
    raise problem  # os.walk would skip the folder and call the cache clear


def move_file(cache, name, quarantine):
    source = os.path.join(cache, name)
    before = os.lstat(source)
    kept = keep_copy(source, os.path.join(quarantine, 'files', name), os.path.join(quarantine, 'copying'))
    after = os.lstat(source)
    unchanged = (before.st_size, before.st_mtime_ns) == (after.st_size, after.st_mtime_ns)
    removed = digest(source)
    if not unchanged or removed != digest(kept):
        raise SystemExit('%s changed while it was copied; it was not removed. Is ingestion stopped?' % name)
    promise(quarantine, kept, removed)
    os.unlink(source)


def remove_empty_folders(cache):
    for folder, _, _ in os.walk(cache, topdown=False):
        if folder != cache and not os.listdir(folder):
            os.rmdir(folder)


def moved_files(quarantine):
    """All that lies in quarantine, this attempt's and earlier ones'; sha256 is over sorted lines of name and sha256."""
    files = os.path.join(quarantine, 'files')
    names = cached_files(files)
    lines = b''.join(os.fsencode('%s %s\n' % (name, digest(os.path.join(files, name)))) for name in names)
    size = sum(os.lstat(os.path.join(files, name)).st_size for name in names)
    return {'moved': len(names), 'bytes': size, 'sha256': hashlib.sha256(lines).hexdigest()}


# Rows


def move_rows(database, table, column, start, quarantine):
    """One write transaction from the export to the delete, so no row can change in between."""
    connection = sqlite3.connect(
        'file:%s?mode=rw' % urllib.parse.quote(database), uri=True, timeout=BUSY_SECONDS, isolation_level=None
    )
    # Table and column together: SQLite reads a lone "name" that is no column as a text, and would delete every row.
    names = ('"%s"' % table, '"%s"' % column)
    connection.text_factory = lambda text: text.decode('utf-8', 'surrogateescape')
    try:
        connection.execute('BEGIN IMMEDIATE')
        check_times(connection, names, start)
        exported = export_rows(connection, names, start, quarantine)
        removed = connection.execute('DELETE FROM {0} WHERE {0}.{1} > ?'.format(*names), (start,)).rowcount
        if removed != exported:
            raise SystemExit('%d rows were exported and %d removed; the delete was undone' % (exported, removed))
        connection.execute('COMMIT')
    except sqlite3.Error as problem:
        raise SystemExit('%s: %s; no row was removed' % (os.environ['SSM_Database'], problem))
    finally:
        connection.close()  # undoes a transaction that was not committed


def check_times(connection, names, start):
    # Every row of the window, and the least of all: dates of another kind sort before or after all others, and seconds
    # since 1970 (17…) before. Two looks at an index, where reading the whole table would hold the lock for minutes.
    query = (
        'SELECT quote({0}.{1}) FROM {0} WHERE {0}.{1} NOT GLOB ?'
        ' AND ({0}.{1} > ? OR {0}.{1} = (SELECT min({0}.{1}) FROM {0})) LIMIT 1'
    )
    strange = connection.execute(query.format(*names), (DATETIME, start)).fetchone()
    if strange:
        message = '%s.%s holds %s, not text like 2026-01-05 08:00:00; no row was removed'
        raise SystemExit(message % (*names, strange[0][:40]))


def export_rows(connection, names, start, quarantine):
    """Writes the rows to quarantine, reads the file back and compares."""
    part = os.path.join(quarantine, 'exporting')
    query = 'SELECT {0}.rowid, * FROM {0} WHERE {0}.{1} > ? ORDER BY {0}.rowid'
    cursor = connection.execute(query.format(*names), (start,))
    columns = [description[0] for description in cursor.description][1:]
    exported, total = 0, hashlib.sha256()
    with open(part, 'wb') as file:
        for rowid, *values in cursor:
            row = dict(zip(columns, map(as_json, values)))
            line = json.dumps({'row': row, 'rowid': rowid}, sort_keys=True).encode() + b'\n'
            file.write(line)
            total.update(line)
            exported += 1
    fsync(part)
    if digest(part) != total.hexdigest() or count_lines(part) != exported:
        raise SystemExit('The export of %s does not read back as it was written; no row was removed' % names[0])
    if exported:
        kept = keep_copy(part, os.path.join(quarantine, 'rows.jsonl'), os.path.join(quarantine, 'copying'))
        promise(quarantine, kept, total.hexdigest())
    os.unlink(part)
    return exported


def as_json(value):
    """JSON has no bytes and no infinity."""
    if isinstance(value, bytes):
        return {'base64': base64.b64encode(value).decode()}
    if isinstance(value, float) and value in (float('inf'), float('-inf')):
        return {'real': str(value)}
    return value


def moved_rows(quarantine):
    """All exports, this attempt's and earlier ones'; sha256 is of `cat rows.jsonl*`.

    An attempt killed before its delete exported rows that the next one exported again: a row counts once. All of them
    are gone, or this attempt's delete would have found them.
    """
    exports = sorted(glob.glob(os.path.join(glob.escape(quarantine), 'rows.jsonl*')))
    total, rows = hashlib.sha256(), set()
    for export in exports:
        with open(export, 'rb') as file:
            for line in file:
                total.update(line)
                rows.add(hashlib.sha256(line).digest())
    return {'exported': len(rows), 'removed': len(rows), 'sha256': total.hexdigest()}


def count_lines(path):
    with open(path, 'rb') as file:
        return sum(1 for _ in file)


# Copies


def promise(quarantine, kept, content):
    """Notes what a copy must hold, durably, before its original is removed."""
    line = json.dumps({'copy': os.path.relpath(kept, quarantine), 'sha256': content}, sort_keys=True)
    # A newline first: an attempt that was killed may have left half a line.
    with open(os.path.join(quarantine, 'kept.jsonl'), 'ab') as file:
        file.write(b'\n%s\n' % line.encode())
        file.flush()
        os.fsync(file.fileno())


def lost_copies(quarantine):
    """Copies that are gone or read differently since."""
    notes = os.path.join(quarantine, 'kept.jsonl')
    if not os.path.exists(notes):
        return []
    with open(notes, 'rb') as file:
        kept = [note for note in map(noted, file) if note]
    return [copy for copy, content in kept if held(os.path.join(quarantine, copy)) != content]


def noted(line):
    """Half a line is of an attempt that was killed before it removed the original."""
    try:
        note = json.loads(line)
        return note['copy'], note['sha256']
    except ValueError:
        return None


def held(path):
    return digest(path) if os.path.lexists(path) else None


# shared: copies
# Each script travels to the host alone, so what two of them need stands in both; a test holds the copies equal.


def keep_copy(source, target, part):
    """A verified, durable copy under the target's name, or under the next free one where another content has it."""
    number, wanted = 1, target
    while os.path.lexists(target):
        if digest(target) == digest(source):
            return target
        number += 1
        target = '%s.%d' % (wanted, number)
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    if os.path.lexists(part):
        os.unlink(part)  # half a copy, of an attempt that was killed
    shutil.copy2(source, part, follow_symlinks=False)
    if os.geteuid() == 0:
        owner = os.lstat(source)
        os.chown(part, owner.st_uid, owner.st_gid, follow_symlinks=False)
    if not os.path.islink(part):
        fsync(part)
    if digest(part) != digest(source):
        raise SystemExit('%s changed while it was copied; nothing was removed' % os.path.basename(wanted))
    os.rename(part, target)
    fsync(os.path.dirname(target))
    return target


def digest(path):
    """A link's content is where it points to."""
    if os.path.islink(path):
        return hashlib.sha256(b'link ' + os.fsencode(os.readlink(path))).hexdigest()
    total = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            total.update(block)
    return total.hexdigest()


def fsync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# end shared


if __name__ == '__main__':
    sys.exit(main())
