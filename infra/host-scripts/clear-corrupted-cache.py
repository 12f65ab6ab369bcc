"""Clears the cache and the corrupt rows. Each file and row is copied, and its copy verified, before it is removed.

In the procedure: `rm -rf outputs/databento_cache/*` and `DELETE FROM mbo_events WHERE timestamp > ...`. Both contradict
its own "Data Loss: Zero tolerance". May be repeated: a retry removes what the first attempt found and nothing newer,
and reports all of it. The rows go first, because more may speak against them: a step that refuses leaves all in place.

    SSM_CacheFolder   outputs/databento_cache, in the tree
    SSM_Database      outputs/market_data.db, in the tree
    SSM_Table         mbo_events, a table of which shared/taking.py can take rows
    SSM_TimeColumn    timestamp, text as in shared/times.py: UTC, or every value with Z or its offset
    SSM_WindowStart   2026-01-05T08:00:00Z; rows after it are the corrupt ones

In quarantine: files/ with the cache's files, rows.jsonl with one {"row":...,"rowid":...} per line. `removed` counts the
exported rows that are gone from the table, and `without_time` rows that stay because their time is NULL. `lost` is true
if one of these copies is missing or changed at the end, or if the database is damaged. Before that nothing can be lost,
because nothing is removed without a verified copy.
"""

import collections
import json
import os
import sys

from shared.files import find_files, move_files, refuse_needed, refuse_unmovable, would_move
from shared.planned_rows import copied, may_be_copied, reading
from shared.quarantine import (
    export, exported, intact, lost_copies, note, notes, own_quarantine, restore_hint, would_export
)
from shared.references import dangling, dangling_in
from shared.rights import by_owner
from shared.rows import identifier, integrity, row_line, writing
from shared.settings import inside, planning, required
from shared.tables import as_row, columns_of, quoted, refuse, selected
from shared.taking import refuse_damaged, refuse_triggers, table_of, take_away
from shared.times import AFTER, FORM, teach, window_start

NUMBERS = 'Times as numbers are not supported: take the rows out by hand, or name a column of text in the runbook'
UNTRIED = (
    '%s is too large for a trial on a copy: a trigger, a foreign key or a constraint may still refuse to let rows of %s go'
)
# The corrupt rows: those of `table` whose `column` is after `start`.
Window = collections.namedtuple('Window', 'table column start')


def main():
    cache, database = inside('SSM_CacheFolder'), inside('SSM_Database')
    identifier('SSM_Table'), identifier('SSM_TimeColumn'), window_start(required('SSM_WindowStart'))
    refuse_needed(cache, 'SSM_Database')
    refuse_unmovable(cache)
    if planning():
        rows, untried = would_take(database)
        report = {'would_take': {'files': would_move(cache), 'rows': rows}}
        print(json.dumps({**report, **({'may_refuse': untried} if untried else {})}, sort_keys=True))
        return
    quarantine = own_quarantine()
    find_files(cache, quarantine)
    rows = move_rows(database, quarantine)
    files = move_files(cache, quarantine)
    whole = integrity(database)
    lost = bool(lost_copies(quarantine)) or whole != 'ok'
    report = {'files': files, 'rows': rows, 'integrity': whole, 'quarantine': quarantine, 'restore': restore_hint()}
    print(json.dumps({**report, 'lost': lost}))


def move_rows(database, quarantine):
    """Exports and deletes the window's rows in one write transaction, so no row can change in between."""
    with writing(database, os.environ['SSM_Database']) as connection:
        window = checked_window(connection)
        found = first_export(quarantine) or first_look(connection, window, quarantine)
        removed, left = 0, 0
        if found['count'] and intact(quarantine, found):
            removed, left = take_away(connection, window.table, exported(quarantine, found))
        without_time = rows_without_time(connection, window)
    return {
        'exported': found['count'],
        'removed': removed,
        'sha256': found.get('sha256'),
        **({'left': left} if left else {}),
        **({'without_time': without_time} if without_time else {}),
    }


def would_take(database):
    """Takes the rows from a copy of the database, for a plan. Returns the count and bytes of their export.

    Of a large database there is no copy, and the second value says what may still speak against the step.
    """
    name, tried = os.environ['SSM_Database'], may_be_copied(database)
    with (copied if tried else reading)(database, name) as connection:
        window = checked_window(connection)
        check_times(connection, window)
        found = would_export(window_rows(connection, window))
        if tried and found['count']:
            take_away(connection, window.table, map(json.loads, window_rows(connection, window)))
    return found, UNTRIED % (name, window.table.name) if found['count'] and not tried else None


def first_export(quarantine):
    """Returns the note of what the first attempt found; None if there was none."""
    return next((one for one in notes(quarantine) if 'table' in one or 'looked' in one), None)


def first_look(connection, window, quarantine):
    check_times(connection, window)
    where = {'database': os.environ['SSM_Database'], 'table': window.table.name}
    found = export(quarantine, 'rows.jsonl', window_rows(connection, window), **where)
    return found or note(quarantine, looked=window.table.name, count=0)


def checked_window(connection):
    refuse_damaged(connection, os.environ['SSM_Database'])
    table, column = table_of(connection, os.environ['SSM_Table']), os.environ['SSM_TimeColumn']
    stored, generated = columns_of(connection, table.name)
    names = {name.lower(): name for name in stored + generated}
    if column.lower() not in names:
        refuse(table.name, 'has no column %s' % column)
    refuse_triggers(connection, table)
    teach(connection)
    return Window(table, names[column.lower()], window_start(required('SSM_WindowStart')))


def of_window(expression, window):
    return expression.format('"%s".%s' % (window.table.name, quoted(window.column)))


def check_times(connection, window):
    """Refuses times of an unknown form, and two forms in one column: what one of them means is then unknown."""
    table = window.table.name
    query = of_window('SELECT DISTINCT %s FROM main."%s" WHERE {0} IS NOT NULL' % (FORM, table), window)
    forms = sorted(form for form, in connection.execute(query))
    query = of_window('SELECT {0} FROM main."%s" WHERE %s = ? LIMIT 1' % (table, FORM), window)
    found = [connection.execute(query, (form,)).fetchone()[0] for form in forms]
    where = '%s.%s' % (quoted(table), quoted(window.column))
    if 'unknown' in forms:
        value = found[forms.index('unknown')]
        message = '%s holds %s, not text like 2026-01-05 08:00:00; no row was removed. %s'
        # A number of seconds or nanoseconds is no known form.
        advice = NUMBERS if isinstance(value, (int, float)) else 'Correct the value, then retry'
        raise SystemExit(message % (where, literal(value), advice))
    if len(forms) > 1:
        message = '%s holds times with and without an offset, like %s; no row was removed. Correct one kind, then retry'
        raise SystemExit(message % (where, ' and '.join(map(literal, found))))


def literal(value):
    """Returns a value as in SQL, on one line: a line break would cut the reason, and a NUL would end the value."""
    if isinstance(value, bytes):
        return "X'%s'%s" % (value[:16].hex().upper(), '...' if len(value) > 16 else '')
    return "'%s'" % json.dumps(value[:40])[1:-1] if isinstance(value, str) else str(value)


def rows_without_time(connection, window):
    query = of_window('SELECT count(*) FROM main."%s" WHERE {0} IS NULL' % window.table.name, window)
    return connection.execute(query).fetchone()[0]


def window_rows(connection, window):
    """Yields the lines of the export."""
    table = window.table
    loose = dangling_in(table, dangling(connection, [table]))
    query = 'SELECT %s FROM main."%s" WHERE %s ORDER BY 1' % (selected(table), table.name, of_window(AFTER, window))
    for rowid, *values in connection.execute(query, (window.start, window.start)):
        yield row_line(as_row(table, values), rowid, dangling=loose.get(rowid))


if __name__ == '__main__':
    sys.exit(by_owner(main))
