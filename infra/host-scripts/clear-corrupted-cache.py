"""Clears the cache and the corrupt rows. Each file and row is copied, and its copy verified, before it is removed.

In the procedure: `rm -rf outputs/databento_cache/*` and `DELETE FROM mbo_events WHERE timestamp > ...`. Both contradict
its own "Data Loss: Zero tolerance". May be repeated: a retry removes what the first attempt found and nothing newer,
and reports all of it.

    SSM_CacheFolder   outputs/databento_cache, in the tree
    SSM_Database      outputs/market_data.db, in the tree
    SSM_Table         mbo_events
    SSM_TimeColumn    timestamp, text as SQLite's datetime() writes it, UTC
    SSM_WindowStart   2026-01-05T08:00:00Z; rows after it are the corrupt ones

In quarantine: files/ with the cache's files, rows.jsonl with one {"row":...,"rowid":...} per line. `lost` is true if
one of these copies is missing or changed at the end, or if the database is damaged. Before that nothing can be lost,
because nothing is removed without a verified copy.
"""

import collections
import datetime
import json
import os
import re
import sys

from shared.files import files_below, move_files, would_move
from shared.quarantine import export, intact, lost_copies, notes, own_quarantine, restore_hint, would_export
from shared.rows import identifier, integrity, named, reading, row_line, take_away, writing
from shared.settings import inside, planning, required

# The format that datetime() writes. Any other text would sort wrongly, and the wrong rows would be removed.
DATETIME = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'

# The corrupt rows: those of `table` whose `column` is after `start`.
Window = collections.namedtuple('Window', 'table column start')


def main():
    cache, database = inside('SSM_CacheFolder'), inside('SSM_Database')
    table, column = identifier('SSM_Table'), identifier('SSM_TimeColumn')
    window = Window(table, column, window_start(required('SSM_WindowStart')))
    if not os.path.isfile(database):
        message = 'There is no database %s in the tree; add it or correct Database in the runbook'
        raise SystemExit(message % os.environ['SSM_Database'])
    files_below(cache)  # refuses anything but a folder of files before the step changes anything
    if planning():
        rows = would_take(database, window)
        print(json.dumps({'would_take': {'files': would_move(cache), 'rows': rows}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    files = move_files(cache, quarantine)
    rows = move_rows(database, window, quarantine)
    whole = integrity(database)
    lost = bool(lost_copies(quarantine)) or whole != 'ok'
    report = {'files': files, 'rows': rows, 'integrity': whole, 'quarantine': quarantine, 'restore': restore_hint()}
    print(json.dumps({**report, 'lost': lost}))


def window_start(text):
    """Returns the instant in the time column's format, so that both compare as text."""
    try:
        instant = datetime.datetime.fromisoformat(re.sub('Z$', '+00:00', text))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        message = 'SSM_WindowStart must be an instant like 2026-01-05T08:00:00Z, found %s; correct WindowStart'
        raise SystemExit(message % text)
    return instant.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(sep=' ')


def move_rows(database, window, quarantine):
    """Exports and deletes the window's rows in one write transaction, so no row can change in between."""
    note, stayed = first_export(quarantine), 0
    with writing(database, os.environ['SSM_Database']) as connection:
        if note is None:
            check_times(connection, window)
            where = {'database': os.environ['SSM_Database'], 'table': window.table}
            note = export(quarantine, 'rows.jsonl', window_rows(connection, window), **where)
        if note and intact(quarantine, note):
            stayed = take_away(connection, quarantine, note)
    count = note['count'] if note else 0
    report = {'exported': count, 'removed': count - stayed, 'sha256': note['sha256'] if note else None}
    return {**report, **({'left': stayed} if stayed else {})}


def would_take(database, window):
    with reading(database, os.environ['SSM_Database']) as connection:
        check_times(connection, window)
        return would_export(window_rows(connection, window))


def first_export(quarantine):
    return next((one for one in notes(quarantine) if one.get('copy') == 'rows.jsonl'), None)


def quoted(window):
    # Queries name table and column together. SQLite would read a lone "name" that is no column as text, and delete all
    # rows.
    return '"%s"' % window.table, '"%s"' % window.column


def check_times(connection, window):
    # Checks every row of the window and the smallest value of the column: dates of another format sort before or after
    # all others, and seconds since 1970 (17...) before. Two index lookups are enough; a full scan would hold the lock
    # for minutes.
    query = (
        'SELECT quote({0}.{1}) FROM {0} WHERE {0}.{1} NOT GLOB ?'
        ' AND ({0}.{1} > ? OR {0}.{1} = (SELECT min({0}.{1}) FROM {0})) LIMIT 1'
    )
    strange = connection.execute(query.format(*quoted(window)), (DATETIME, window.start)).fetchone()
    if strange:
        message = '%s.%s holds %s, not text like 2026-01-05 08:00:00; no row was removed. Correct the value, then retry'
        raise SystemExit(message % (*quoted(window), strange[0][:40]))


def window_rows(connection, window):
    query = 'SELECT {0}.*, {0}.rowid FROM {0} WHERE {0}.{1} > ? ORDER BY {0}.rowid'
    cursor = connection.execute(query.format(*quoted(window)), (window.start,))
    for *values, rowid in cursor:
        yield row_line(named(cursor, values), rowid)


if __name__ == '__main__':
    sys.exit(main())
