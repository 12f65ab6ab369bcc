"""Clears a component's state: a folder's files, and the rows that the customer's own SQL resets. Each file and row is
copied, and its copy verified, before it is removed.

In the procedure: `rm -rf outputs/phase4_state/*` and `sqlite3 outputs/metrics.db < scripts/reset_metrics.sql`. The SQL
runs in one transaction. Every row that it deletes or changes is exported before the commit. SQL that does anything
else, or changes another table, is refused. May be repeated: a retry removes what the first attempt found and nothing
newer, and reports all of it.

    SSM_StateFolder   outputs/phase4_state, in the tree
    SSM_Database      outputs/metrics.db, in the tree
    SSM_Sql           scripts/reset_metrics.sql, in the tree
    SSM_Tables        the tables whose rows the SQL may delete or update, separated by spaces

In quarantine: files/ with the folder's files, rows-<table>.jsonl with one {"row":...,"rowid":...} per line. For a row
that the SQL changed, `left` is its new content. `lost` is true if one of these copies is missing or changed at the end,
or if the database is damaged.
"""

import json
import os
import sqlite3
import sys
import tempfile

from shared.files import files_below, move_files, would_move
from shared.quarantine import export, intact, lost_copies, note, notes, own_quarantine, restore_hint, would_export
from shared.rows import as_json, integrity, plain_name, reading, row_at, row_line, take_away, writing
from shared.settings import inside, planning, required

READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
# The SQL may open its own transaction. These words are skipped because our transaction holds all of it.
TRANSACTION = ('BEGIN', 'COMMIT', 'END')


def main():
    folder, database, sql = inside('SSM_StateFolder'), inside('SSM_Database'), inside('SSM_Sql')
    tables = [plain_name('SSM_Tables', table) for table in required('SSM_Tables').split()]
    for path, name in ((database, 'SSM_Database'), (sql, 'SSM_Sql')):
        if not os.path.isfile(path):
            message = 'There is no file %s in the tree; nothing was touched. Add it or correct %s in the runbook'
            raise SystemExit(message % (os.environ[name], name[len('SSM_'):]))
    files_below(folder)  # refuses anything but a folder of files before the step changes anything
    statements = statements_of(sql)
    if planning():
        rows = would_reset(database, tables, statements)
        print(json.dumps({'would_take': {'files': would_move(folder), 'rows': rows}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    rows = reset_rows(database, tables, statements, quarantine)
    files = move_files(folder, quarantine)
    whole = integrity(database)
    lost = bool(lost_copies(quarantine)) or whole != 'ok'
    report = {'files': files, 'rows': rows, 'integrity': whole, 'quarantine': quarantine, 'restore': restore_hint()}
    print(json.dumps({**report, 'lost': lost}))


def statements_of(path):
    with open(path, encoding='utf-8') as file:
        text = file.read()
    statements, part = [], ''
    for piece in text.split(';'):
        part += piece + ';'
        if sqlite3.complete_statement(part):
            statements.append(part.strip())
            part = ''
    if part.strip('; \n'):
        message = '%s does not end its last statement; nothing was touched. Add the missing semicolon or quote'
        raise SystemExit(message % os.environ['SSM_Sql'])
    return [one for one in statements if first_word(one) not in TRANSACTION + ('',)]


def first_word(statement):
    code = [line.split('--')[0] for line in statement.splitlines()]
    return (' '.join(code).replace(';', ' ').split() or [''])[0].upper()


def reset_rows(database, tables, statements, quarantine):
    """Runs the SQL in the first attempt. A retry finishes exactly its changes, committed or not."""
    stayed = 0
    with writing(database, os.environ['SSM_Database']) as connection:
        if any('reset' in one for one in notes(quarantine)):
            done = list({one['table']: one for one in notes(quarantine) if 'table' in one}.values())
            stayed = sum(take_away(connection, quarantine, one) for one in done if intact(quarantine, one))
        else:
            done = run_and_export(connection, tables, statements, quarantine)
    tables = {one['table']: one['count'] for one in done}
    total = sum(tables.values())
    return {'exported': total, 'tables': tables, 'removed': total - stayed, **({'left': stayed} if stayed else {})}


def would_reset(database, tables, statements):
    """Runs the SQL on a copy of the database, for a plan, and returns the count and bytes of its export.

    On the database itself, even a rolled-back change would hold the customer's lock.
    """
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, 'copy')
        with reading(database, os.environ['SSM_Database']) as connection:
            connection.execute('SELECT count(*) FROM sqlite_master')  # this read starts the snapshot
            target = sqlite3.connect(copy)
            connection.backup(target)
            target.close()
        with writing(copy, os.environ['SSM_Database']) as connection:
            lines = run_watched(connection, tables, statements)
            return would_export(line for table in tables for line in lines[table])


def run_and_export(connection, tables, statements, quarantine):
    lines = run_watched(connection, tables, statements)
    where = {'database': os.environ['SSM_Database']}
    done = [export(quarantine, 'rows-%s.jsonl' % table, lines[table], **where, table=table) for table in tables]
    note(quarantine, reset=os.environ['SSM_Sql'])
    return [one for one in done if one]


def run_watched(connection, tables, statements):
    """Runs the SQL and returns, per table, the export's lines of the rows that it deleted or changed."""
    before = {table: count(connection, table) for table in tables}
    for table in tables:
        watch(connection, table)
    connection.set_authorizer(lambda *access: allowed(tables, access))
    for statement in statements:
        try:
            connection.execute(statement)
        except sqlite3.DatabaseError as problem:
            message = '%s: %s, at %s; it may delete and update rows of %s and nothing else; nothing was changed'
            raise SystemExit(message % (os.environ['SSM_Sql'], problem, statement[:60], ', '.join(tables)))
    connection.set_authorizer(None)
    return {table: taken_lines(connection, table, before[table]) for table in tables}


def allowed(tables, access):
    """Allows reads, our own triggers, and deletes and updates of the tables. `access` comes from SQLite's authorizer."""
    action, first, _, database, trigger = access
    if action in READING or (trigger or '').startswith('rollback_'):
        return sqlite3.SQLITE_OK
    rows = action in (sqlite3.SQLITE_DELETE, sqlite3.SQLITE_UPDATE) and database == 'main' and first in tables
    return sqlite3.SQLITE_OK if rows and trigger is None else sqlite3.SQLITE_DENY


def count(connection, table):
    return connection.execute('SELECT count(*) FROM "%s"' % table).fetchone()[0]


def watch(connection, table):
    """Keeps the first version of each row that a statement deletes or updates."""
    connection.execute('PRAGMA recursive_triggers = ON')  # without it, OR REPLACE deletes rows without a trigger
    columns = [name for _, name, *_ in connection.execute('PRAGMA table_info("%s")' % table)]
    kept = ', '.join('c%d' % number for number in range(len(columns)))
    old = ', '.join('OLD."%s"' % name for name in columns)
    # The columns have no types, so that each value keeps its own.
    connection.execute('CREATE TEMP TABLE "rollback_%s" (id INTEGER PRIMARY KEY, %s)' % (table, kept))
    for action in ('DELETE', 'UPDATE'):
        connection.execute(
            'CREATE TEMP TRIGGER "rollback_{1}_{0}" BEFORE {1} ON main."{0}" BEGIN INSERT INTO "rollback_{0}" SELECT'
            ' OLD.rowid, {2} WHERE NOT EXISTS (SELECT 1 FROM "rollback_{0}" WHERE id = OLD.rowid); END'
            .format(table, action, old)
        )


def taken_lines(connection, table, before):
    lines = list(taken_rows(connection, table))
    removed = sum(left is None for _, _, left in lines)
    if before - removed != count(connection, table):
        message = '%s gives rows of %s another rowid; nothing was changed. Reset %s by hand'
        raise SystemExit(message % (os.environ['SSM_Sql'], table, table))
    return [row_line(row, rowid, left) for row, rowid, left in lines]


def taken_rows(connection, table):
    columns = [name for _, name, *_ in connection.execute('PRAGMA table_info("%s")' % table)]
    for rowid, *values in connection.execute('SELECT * FROM "rollback_%s" ORDER BY id' % table):
        left = row_at(connection, table, rowid)
        row = dict(zip(columns, map(as_json, values)))
        if left != row:
            yield row, rowid, left


if __name__ == '__main__':
    sys.exit(main())
