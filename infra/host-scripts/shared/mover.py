"""Tells who moved the tree last, as git's log on the host has it."""

from shared.git import git

MOVER_CHARACTERS = 60


def last_mover(tree):
    """Returns the name under which git last moved the tree, from its log; None if that is not known."""
    try:
        found = git(tree, 'log', '--walk-reflogs', '--max-count=1', '--format=%gn', 'HEAD', '--')
    except SystemExit:  # there is no log
        return None
    return ''.join(c for c in found.decode('utf-8', 'replace') if c.isprintable())[:MOVER_CHARACTERS] or None
