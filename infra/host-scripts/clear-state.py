"""Clears a component's state: a folder's files, and what the customer's own SQL resets. Everything is copied, and the
copy verified, before it is removed.

The procedure's `rm -rf outputs/phase4_state/*` and `sqlite3 outputs/metrics.db < scripts/reset_metrics.sql`. The SQL
runs in a transaction in which every row it deletes or changes is exported before the commit; SQL that does anything
else, or touches another table, is refused. May be repeated: a second attempt removes what the first one found and
nothing newer, and reports all of it.

    SSM_StateFolder   outputs/phase4_state, in the tree
    SSM_Database      outputs/metrics.db, in the tree
    SSM_Sql           scripts/reset_metrics.sql, in the tree
    SSM_Tables        the tables whose rows it may delete or update, separated by spaces

In quarantine: files/ as they lay, rows-<table>.jsonl with one {"row":…,"rowid":…} a line; `left` is what the SQL made of
a row that it changed. `lost` is true where one of these copies is gone or reads differently at the end, or the
database is damaged.
"""

import json
import os
import sqlite3
import sys
import tempfile

from shared.files import files_below, move_files, would_move
from shared.quarantine import bring_back, export, intact, lost_copies, note, notes, own_quarantine, would_export
from shared.rows import as_json, integrity, plain_name, reading, row_at, row_line, take_away, writing
from shared.settings import inside, planning, required

READING = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION}
# The SQL may bring its own transaction; ours holds all of it.
TRANSACTION = ('BEGIN', 'COMMIT', 'END')


def main():
    folder, database, sql = inside('SSM_StateFolder'), inside('SSM_Database'), inside('SSM_Sql')
    tables = [plain_name('SSM_Tables', table) for table in required('SSM_Tables').split()]
    for path, name in ((database, 'SSM_Database'), (sql, 'SSM_Sql')):
        if not os.path.isfile(path):
            raise SystemExit('There is no file %s in the tree; nothing was touched' % os.environ[name])
    files_below(folder)  # refuses what is no folder before anything is touched
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
    report = {'files': files, 'rows': rows, 'integrity': whole, 'quarantine': quarantine, 'restore': bring_back()}
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
        raise SystemExit('%s does not end its last statement; nothing was touched' % os.environ['SSM_Sql'])
    return [one for one in statements if first_word(one) not in TRANSACTION + ('',)]


def first_word(statement):
    code = [line.split('--')[0] for line in statement.splitlines()]
    return (' '.join(code).replace(';', ' ').split() or [''])[0].upper()


def reset_rows(database, tables, statements, quarantine):
    """The first attempt runs the SQL; a repeat finishes exactly that, whether it was committed or not."""
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
    """What the SQL takes of a copy: of the database itself even an undone change would hold the customer's lock."""
    with tempfile.TemporaryDirectory() as folder:
        copy = os.path.join(folder, 'copy')
        with reading(database, os.environ['SSM_Database']) as connection:
            connection.execute('SELECT count(*) FROM sqlite_master')  # the look from which on nothing changes
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
    """Runs the SQL: table -> the lines of an export of what it took."""
    before = {table: count(connection, table) for table in tables}
    for table in tables:
        watch(connection, table)
    connection.set_authorizer(lambda *asked: allowed(tables, *asked))
    for statement in statements:
        try:
            connection.execute(statement)
        except sqlite3.DatabaseError as problem:
            message = '%s: %s, at %s; it may delete and update rows of %s and nothing else; nothing was changed'
            raise SystemExit(message % (os.environ['SSM_Sql'], problem, statement[:60], ', '.join(tables)))
    connection.set_authorizer(None)
    return {table: taken_lines(connection, table, before[table]) for table in tables}


def allowed(tables, action, first, second, database, trigger):
    if action in READING or (trigger or '').startswith('rollback_'):
        return sqlite3.SQLITE_OK
    rows = action in (sqlite3.SQLITE_DELETE, sqlite3.SQLITE_UPDATE) and database == 'main' and first in tables
    return sqlite3.SQLITE_OK if rows and trigger is None else sqlite3.SQLITE_DENY


def count(connection, table):
    return connection.execute('SELECT count(*) FROM "%s"' % table).fetchone()[0]


def watch(connection, table):
    """Keeps each row that a statement deletes or updates, as it was at first."""
    connection.execute('PRAGMA recursive_triggers = ON')  # without, OR REPLACE deletes rows unseen
    columns = [name for _, name, *_ in connection.execute('PRAGMA table_info("%s")' % table)]
    kept = ', '.join('c%d' % number for number in range(len(columns)))
    old = ', '.join('OLD."%s"' % name for name in columns)
    # Without types, so that each value stays what it is.
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
        raise SystemExit('%s gives rows of %s another rowid; nothing was changed' % (os.environ['SSM_Sql'], table))
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
