"""Reads the statements of an SQL file."""

import re

from shared.rights import open_file

# Comments, strings and quoted names come before the semicolon, so that one inside them ends no statement.
PART = re.compile(
    r"""(?P<comment>--[^\n]*|/\*.*?(?:\*/|\Z))|'(?:[^']|'')*'|"(?:[^"]|"")*"|`(?:[^`]|``)*`|\[[^\]]*\]|(?P<end>;)|.""",
    re.DOTALL,
)
# The SQL may open its own transaction. These words are skipped because our transaction holds all of it.
TRANSACTION = ('BEGIN', 'COMMIT', 'END')


def statements_of(path, name):
    """Returns the statements without comments, and without those that begin or end a transaction."""
    try:
        with open_file(path) as file:
            text = file.read().decode('utf-8-sig')
    except UnicodeDecodeError as problem:
        raise SystemExit('%s is not UTF-8: %s; nothing was touched. Save it as UTF-8' % (name, problem))
    statements, rest = split(text)
    if rest:
        message = '%s does not end its last statement; nothing was touched. Add the missing semicolon or quote'
        raise SystemExit(message % name)
    return [one for one in statements if one.split()[0].upper() not in TRANSACTION]


def split(text):
    """Returns the statements, and what follows the last semicolon."""
    statements, now = [], ''
    for part in PART.finditer(text):
        if part.group('end'):
            statements.append(now.strip())
            now = ''
        else:
            now += ' ' if part.group('comment') else part.group()
    return [one for one in statements if one], now.strip()
