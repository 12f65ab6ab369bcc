"""Clears the cache and the corrupt rows; everything is copied, and the copy verified, before it is removed.

The procedure's `rm -rf outputs/databento_cache/*` and `DELETE FROM mbo_events WHERE timestamp > …` against its own
"Data Loss: Zero tolerance". May be repeated: a second attempt removes what the first one found and nothing newer, and
reports all of it.

    SSM_CacheFolder   outputs/databento_cache, in the tree
    SSM_Database      outputs/market_data.db, in the tree
    SSM_Table         mbo_events
    SSM_TimeColumn    timestamp, text as SQLite's datetime() writes it, UTC
    SSM_WindowStart   2026-01-05T08:00:00Z; rows after it are the corrupt ones

In quarantine: files/ as they lay in the cache, rows.jsonl with one {"row":…,"rowid":…} a line. `lost` is true where one
of these copies is gone or reads differently at the end, or the database is damaged; until then nothing is lost, since
nothing is removed without a verified copy.
"""

import datetime
import json
import os
import re
import sys

from shared.files import files_below, move_files, would_move
from shared.quarantine import bring_back, export, intact, lost_copies, notes, own_quarantine, would_export
from shared.rows import identifier, integrity, named, reading, row_line, take_away, writing
from shared.settings import inside, planning, required

# What datetime() writes. Any other text would sort wrongly against the window, and the wrong rows would go.
DATETIME = '[0-9][0-9][0-9][0-9]-[0-9][0-9]-[0-9][0-9] [0-9][0-9]:[0-9][0-9]:[0-9][0-9]*'


def main():
    cache, database = inside('SSM_CacheFolder'), inside('SSM_Database')
    table, column = identifier('SSM_Table'), identifier('SSM_TimeColumn')
    start = window_start(required('SSM_WindowStart'))
    if not os.path.isfile(database):
        raise SystemExit('There is no database %s in the tree' % os.environ['SSM_Database'])
    files_below(cache)  # refuses what is no cache before anything is touched
    if planning():
        rows = would_take(database, table, column, start)
        print(json.dumps({'would_take': {'files': would_move(cache), 'rows': rows}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    files = move_files(cache, quarantine)
    rows = move_rows(database, table, column, start, quarantine)
    whole = integrity(database)
    lost = bool(lost_copies(quarantine)) or whole != 'ok'
    report = {'files': files, 'rows': rows, 'integrity': whole, 'quarantine': quarantine, 'restore': bring_back()}
    print(json.dumps({**report, 'lost': lost}))


def window_start(text):
    """The instant as the time column would hold it, so that the two compare as text."""
    try:
        instant = datetime.datetime.fromisoformat(re.sub('Z$', '+00:00', text))
    except ValueError:
        instant = None
    if instant is None or instant.tzinfo is None:
        raise SystemExit('SSM_WindowStart must be an instant like 2026-01-05T08:00:00Z, found %s' % text)
    return instant.astimezone(datetime.timezone.utc).replace(tzinfo=None).isoformat(sep=' ')


def move_rows(database, table, column, start, quarantine):
    """One write transaction from the export to the delete, so no row can change in between."""
    # Table and column together: SQLite reads a lone "name" that is no column as a text, and would delete every row.
    names = ('"%s"' % table, '"%s"' % column)
    note, stayed = first_export(quarantine), 0
    with writing(database, os.environ['SSM_Database']) as connection:
        if note is None:
            check_times(connection, names, start)
            where = {'database': os.environ['SSM_Database'], 'table': table}
            note = export(quarantine, 'rows.jsonl', window_rows(connection, names, start), **where)
        if note and intact(quarantine, note):
            stayed = take_away(connection, quarantine, note)
    count = note['count'] if note else 0
    report = {'exported': count, 'removed': count - stayed, 'sha256': note['sha256'] if note else None}
    return {**report, **({'left': stayed} if stayed else {})}


def would_take(database, table, column, start):
    names = ('"%s"' % table, '"%s"' % column)
    with reading(database, os.environ['SSM_Database']) as connection:
        check_times(connection, names, start)
        return would_export(window_rows(connection, names, start))


def first_export(quarantine):
    return next((one for one in notes(quarantine) if one.get('copy') == 'rows.jsonl'), None)


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


def window_rows(connection, names, start):
    query = 'SELECT {0}.*, {0}.rowid FROM {0} WHERE {0}.{1} > ? ORDER BY {0}.rowid'
    cursor = connection.execute(query.format(*names), (start,))
    for *values, rowid in cursor:
        yield row_line(named(cursor, values), rowid)


if __name__ == '__main__':
    sys.exit(main())
