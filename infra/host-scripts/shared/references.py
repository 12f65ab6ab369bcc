"""Finds the rows that refer by a foreign key to a row that does not exist. No step may add one to them.

The rows themselves are compared, not how many they are: a row that is taken may have referred to nothing, and would
then hide one that is left referring to nothing.
"""

from shared.tables import quoted, refuse


def dangling(connection, tables):
    """Yields the rows of these tables, or of those that refer to them, that refer to a row that does not exist.

    Each is (table, id, foreign key): the id is the row's key if the table is WITHOUT ROWID, and the foreign key is its
    number in the table's list.
    """
    wanted = {table.name.lower() for table in tables}
    for name, in connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
        if not is_related(connection, name, wanted):
            continue
        without_id = set()
        for _, rowid, _, number in connection.execute('PRAGMA foreign_key_check(%s)' % quoted(name)):
            if rowid is None:
                without_id.add(number)
            else:
                yield name, rowid, number
        for number in sorted(without_id):
            for key in connection.execute(dangling_keys(connection, name, number)):
                yield name, key, number


def is_related(connection, name, wanted):
    parents = {parent.lower() for parent, _, _ in foreign_keys(connection, name).values()}
    return bool(parents & wanted) or (bool(parents) and name.lower() in wanted)


def foreign_keys(connection, name):
    """Returns, by number, a foreign key's parent, its own columns and the parent's columns, which may be left out."""
    found = {}
    for number, _, parent, own, other, *_ in sorted(connection.execute('PRAGMA foreign_key_list(%s)' % quoted(name))):
        key = found.setdefault(number, (parent, [], []))
        key[1].append(own)
        key[2].extend([other] if other else [])
    return found


def dangling_keys(connection, name, number):
    """Returns a query for the keys of the rows that PRAGMA foreign_key_check does not name.

    Values are compared as SQLite does it there: in the type and with the collation of the parent's column.
    """
    parent, own, others = foreign_keys(connection, name)[number]
    others = others or key_columns(connection, parent)
    conditions = ['child.%s IS NOT NULL' % quoted(column) for column in own]
    if others:
        pairs = ['parent.%s = +child.%s' % (quoted(other), quoted(column)) for column, other in zip(own, others)]
        there = 'SELECT 1 FROM main.%s AS parent WHERE %s' % (quoted(parent), ' AND '.join(pairs))
        conditions.append('NOT EXISTS (%s)' % there)
    keys = ', '.join('child.' + quoted(column) for column in key_columns(connection, name))
    return 'SELECT %s FROM main.%s AS child WHERE %s' % (keys, quoted(name), ' AND '.join(conditions))


def key_columns(connection, name):
    found = [(row[5], row[1]) for row in connection.execute('PRAGMA table_info(%s)' % quoted(name)) if row[5]]
    return [column for _, column in sorted(found)]


def dangling_in(table, loose):
    """Returns the numbers of the foreign keys by which each row of a table dangles, by the row's id."""
    found = {}
    for name, rowid, number in loose:
        if name.lower() == table.name.lower():
            found.setdefault(rowid, []).append(number)
    return found


def refuse_dangling(connection, tables, before, reason):
    """Refuses if a row dangles that did not before. `reason` is about the rows' parent and contains their number."""
    new = [one for one in dangling(connection, tables) if one not in before]
    if new:
        name, rowid, number = new[0]
        parent = foreign_keys(connection, name)[number][0]
        refuse(parent, '%s (first row %s of %s)' % (reason % len(new), rowid, name))
