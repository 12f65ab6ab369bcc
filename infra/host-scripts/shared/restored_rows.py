"""The rows that a step took from one database, for restore.py."""

import os

from shared.planned_rows import copied
from shared.quarantine import export, exported
from shared.references import dangling, refuse_dangling
from shared.rows import row_line, undone, writing
from shared.settings import planning, tree_folder
from shared.states import GONE, NEWER, OVER, THERE
from shared.tables import (
    delete_rows, equals, held_triggers, ids_where, insert_rows, left_as, load, replace_rows, rows_by_id, rowid_table,
    watch, watched
)

LACKING = 'lacks rows: %d rows would refer to rows that do not exist'


class Rows:
    """All rows of one database, restored in one transaction and without the triggers of their tables.

    A row may be newer in two ways: it has the id of one that comes back, or a unique value of it.
    """

    def __init__(self, quarantine, database, notes):
        # Of two exports of a table, the earlier is of an attempt that was killed before its commit.
        self.quarantine, self.database = quarantine, database
        self.notes = list({note['table']: note for note in notes}.values())
        self.path = os.path.join(tree_folder(), database)

    def inspect(self):
        """Returns each row's state. Restores all of them and undoes that, so that what will be refused is refused."""
        with (copied if planning() else writing)(self.path, self.database) as connection, undone(connection):
            return self.restore_all(connection, keep=False)

    def bring_back(self, _):
        with writing(self.path, self.database) as connection:
            self.restore_all(connection, keep=True)

    def restore_all(self, connection, keep):
        """Restores the rows of every table, which may refer to one another, and returns the state of each."""
        tables = [rowid_table(connection, note['table']) for note in self.notes]
        loose, found = set(dangling(connection, tables)), {}
        for note in self.notes:
            found.update(self.restore(connection, note, keep))
        refuse_dangling(connection, tables, loose | self.dangled(tables), LACKING)
        return found

    def dangled(self, tables):
        """Returns the rows that referred to nothing when they were taken, in the form of `dangling`."""
        return {
            (table.name, line['rowid'], number)
            for table, note in zip(tables, self.notes) for line in exported(self.quarantine, note)
            for number in line.get('dangling', ())
        }

    def restore(self, connection, note, keep):
        table = rowid_table(connection, note['table'])
        rows, left = load(connection, table, exported(self.quarantine, note))
        states = states_in(connection, table, rows, left)
        newer, over = {}, {}
        if set(states.values()) != {THERE}:
            ids = ids_where(connection, rows, 'NOT ' + equals(table, rows))
            newer = {rowid: row for rowid, row in rows_by_id(connection, table, ids) if states[rowid] == NEWER}
            with held_triggers(connection, table):
                over = put_back(connection, table, rows, ids)
        if keep:
            name = 'overwritten-rows-%s.jsonl' % table.name
            export(self.quarantine, name, (row_line(row, rowid) for rowid, row in sorted({**newer, **over}.items())))
        found = {**states, **{rowid: OVER for rowid in over}}
        return {'row %d of %s' % (rowid, table.name): state for rowid, state in found.items()}


def states_in(connection, table, rows, left):
    query = "SELECT id, CASE WHEN {1} THEN '{3}' WHEN {2} THEN '{4}' ELSE '{5}' END FROM {0} AS kept ORDER BY id"
    return dict(connection.execute(query.format(rows, equals(table, rows), left_as(table, left), THERE, GONE, NEWER)))


def put_back(connection, table, rows, ids):
    """Restores the rows and returns newer ones that had to give way to their unique values, by id."""
    over = in_the_way(connection, table, rows, ids)
    delete_rows(connection, table, ', '.join(map(str, over)))
    replace_rows(connection, table, rows, ids)
    return over


def in_the_way(connection, table, rows, ids):
    """Returns rows that are not among these, but have a unique value of one of them, by id.

    SQLite finds them: it deletes them for an OR REPLACE, whatever the index is made of, and that is undone.
    """
    with undone(connection):
        delete_rows(connection, table, ids)
        watch(connection, table, ('DELETE',))
        insert_rows(connection, table, (rows, ids), conflict='REPLACE')
        own = {rowid for rowid, in connection.execute(ids)}
        return {rowid: row for rowid, row in watched(connection, table) if rowid not in own}
