"""Clears a component's state: a folder's files, and the rows that the customer's own SQL resets. Each file and row is
copied, and its copy verified, before it is removed.

In the procedure: `rm -rf outputs/phase4_state/*` and `sqlite3 outputs/metrics.db < scripts/reset_metrics.sql`. The SQL
runs in one transaction. Every row that it deletes or changes is exported before the commit. SQL that does anything
else, or changes another table, is refused. May be repeated: a retry removes what the first attempt found and nothing
newer, and reports all of it.

    SSM_StateFolder   outputs/phase4_state, in the tree
    SSM_Database      outputs/metrics.db, in the tree
    SSM_Sql           scripts/reset_metrics.sql, in the tree
    SSM_Tables        the tables whose rows the SQL may delete or update, separated by spaces; each a table of which
                      shared/taking.py can take rows

In quarantine: files/ with the folder's files, rows-<table>.jsonl with one {"row":...,"rowid":...} per line. For a row
that the SQL changed, `left` is its new content. `removed` counts the exported rows that are gone from the table or
changed in it. `lost` is true if one of these copies is missing or changed at the end, or if the database is damaged.
"""

import json
import os
import sqlite3
import sys

from shared.files import find_files, move_files, refuse_needed, refuse_unmovable, would_move
from shared.planned_rows import copied
from shared.quarantine import (
    export, exported, intact, lost_copies, note, notes, own_quarantine, restore_hint, would_export
)
from shared.references import dangling, dangling_in, refuse_dangling
from shared.rights import by_owner
from shared.rows import integrity, plain_name, row_line, same, writing
from shared.settings import inside, planning, required
from shared.statements import statements_of
from shared.tables import (
    count_of, equals, held_triggers, ids_where, left_as, load, replace_rows, row_count, rows_by_id, watch, watched
)
from shared.taking import CHANGING, REFERRED_TO, prove, refuse_damaged, restricted, table_of


def main():
    folder, database, sql = inside('SSM_StateFolder'), inside('SSM_Database'), inside('SSM_Sql')
    names = [plain_name('SSM_Tables', table) for table in required('SSM_Tables').split()]
    for path, name in ((database, 'SSM_Database'), (sql, 'SSM_Sql')):
        if not os.path.isfile(path):
            message = 'There is no file %s in the tree; nothing was touched. Add it or correct %s in the runbook'
            raise SystemExit(message % (os.environ[name], name[len('SSM_'):]))
    refuse_needed(folder, 'SSM_Database', 'SSM_Sql')
    refuse_unmovable(folder)
    statements = statements_of(sql, os.environ['SSM_Sql'])
    if planning():
        rows = would_reset(database, names, statements)
        print(json.dumps({'would_take': {'files': would_move(folder), 'rows': rows}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    find_files(folder, quarantine)
    rows = reset_rows(database, names, statements, quarantine)
    files = move_files(folder, quarantine)
    whole = integrity(database)
    lost = bool(lost_copies(quarantine)) or whole != 'ok'
    report = {'files': files, 'rows': rows, 'integrity': whole, 'quarantine': quarantine, 'restore': restore_hint()}
    print(json.dumps({**report, 'lost': lost}))


def reset_rows(database, names, statements, quarantine):
    """Runs the SQL in the first attempt. A retry finishes exactly its changes, committed or not."""
    with writing(database, os.environ['SSM_Database']) as connection:
        tables = tables_of(connection, names)
        if any('reset' in one for one in notes(quarantine)):
            done = list({one['table']: one for one in notes(quarantine) if 'table' in one}.values())
            finish_all(connection, quarantine, [one for one in done if intact(quarantine, one)])
        else:
            done = run_and_export(connection, tables, statements, quarantine)
        removed = sum(as_left(connection, quarantine, one) for one in done if intact(quarantine, one))
    total = sum(one['count'] for one in done)
    report = {'exported': total, 'tables': {one['table']: one['count'] for one in done}, 'removed': removed}
    return {**report, **({'left': total - removed} if total > removed else {})}


def would_reset(database, names, statements):
    """Runs the SQL on a copy of the database, for a plan, and returns the count and bytes of its export."""
    with copied(database, os.environ['SSM_Database']) as connection:
        tables = tables_of(connection, names)
        lines = run_watched(connection, tables, statements)
        return would_export(line for table in tables for line in lines[table.name])


def tables_of(connection, names):
    """Returns the tables, each once: SQLite takes gaps and GAPS for one."""
    refuse_damaged(connection, os.environ['SSM_Database'])
    tables = [table_of(connection, name) for name in names]
    return list({table.name: table for table in tables}.values())


def run_and_export(connection, tables, statements, quarantine):
    lines = run_watched(connection, tables, statements)
    done = []
    for table in tables:
        where = {'database': os.environ['SSM_Database'], 'table': table.name}
        done.append(export(quarantine, 'rows-%s.jsonl' % table.name, lines[table.name], **where))
    note(quarantine, reset=os.environ['SSM_Sql'])
    return [one for one in done if one]


def run_watched(connection, tables, statements):
    """Runs the SQL and returns, per table, the export's lines of the rows that it deleted or changed."""
    before, loose = {table.name: row_count(connection, table) for table in tables}, set(dangling(connection, tables))
    for table in tables:
        watch(connection, table, ('DELETE', 'UPDATE'))
    run(connection, tables, statements)
    lines = {}
    for table in tables:
        lines[table.name] = taken_lines(connection, table, before[table.name], dangling_in(table, loose))
        copy, _ = load(connection, table, map(json.loads, lines[table.name]))
        prove(connection, table, copy, 'SELECT id FROM ' + copy)
    refuse_dangling(connection, tables, loose, REFERRED_TO)
    return lines


def run(connection, tables, statements):
    with restricted(connection, tables, CHANGING) as writers:
        for statement in statements:
            try:
                connection.execute(statement).fetchall()
            except (sqlite3.DatabaseError, sqlite3.Warning, ValueError) as problem:
                why = '%s by the trigger %s' % (problem, writers[0]) if writers else problem
                message = '%s: %s, at %s; it may delete and update rows of %s and nothing else; nothing was changed'
                names, at = ', '.join(table.name for table in tables), ' '.join(statement.split())[:60]
                raise SystemExit(message % (os.environ['SSM_Sql'], why, at + ';', names))


def taken_lines(connection, table, before, loose):
    taken = list(taken_rows(connection, table))
    removed = sum(left is None for _, _, left in taken)
    if before - removed != row_count(connection, table):
        message = '%s gives rows of %s another rowid; nothing was changed. Reset %s by hand'
        raise SystemExit(message % (os.environ['SSM_Sql'], table.name, table.name))
    return [row_line(row, rowid, left, loose.get(rowid)) for row, rowid, left in taken]


def taken_rows(connection, table):
    now = dict(rows_by_id(connection, table, 'SELECT id FROM temp."rollback_%s"' % table.name))
    for rowid, row in watched(connection, table):
        left = now.get(rowid)
        if not same(left, row):
            yield row, rowid, left


def finish_all(connection, quarantine, done):
    tables = [table_of(connection, one['table']) for one in done]
    loose = set(dangling(connection, tables))
    for table, one in zip(tables, done):
        finish(connection, table, quarantine, one)
    refuse_dangling(connection, tables, loose, REFERRED_TO)


def finish(connection, table, quarantine, one):
    """Gives each row that is as it was before the first attempt what that attempt gave it."""
    before, after = load(connection, table, exported(quarantine, one))
    ids = ids_where(connection, before, equals(table, before))
    with held_triggers(connection, table):  # the first attempt has seen to it that they write nothing
        replace_rows(connection, table, after, ids)


def as_left(connection, quarantine, one):
    """Counts the rows that are as the SQL left them."""
    table = table_of(connection, one['table'])
    before, after = load(connection, table, exported(quarantine, one))
    return count_of(connection, before, left_as(table, after))


if __name__ == '__main__':
    sys.exit(by_owner(main))
