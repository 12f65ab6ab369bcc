"""Reads the settings that the SSM document passes to a script."""

import os


def required(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit('%s is not set; start this script by its SSM document, which sets it' % name)
    return value


def planning():
    """Returns whether this run only reports what a live run would do. A script that plans must change nothing."""
    return os.environ.get('SSM_Mode') == 'plan'


def words(name):
    """Returns a list from the runbook, which may be empty."""
    return os.environ.get(name, '').split()


def tree_folder():
    """Returns the path of the trading system's git tree, with links resolved."""
    return os.path.realpath(required('SSM_Tree'))


def inside(name):
    """Returns a path in the tree, with links resolved. Refuses a path that leads out of the tree."""
    return in_tree(name, required(name))


def in_tree(name, value):
    path = os.path.realpath(os.path.join(tree_folder(), value))
    if not path.startswith(tree_folder() + os.sep):
        message = '%s leads out of the tree: %s; nothing was touched. Correct the runbook or remove the link'
        raise SystemExit(message % (name, value))
    if path.startswith(os.path.join(tree_folder(), '.git') + os.sep) or path == os.path.join(tree_folder(), '.git'):
        raise SystemExit("%s is git's own: %s; nothing was touched. Correct the runbook" % (name, value))
    return path


def own_file(ending):
    """Returns the path of this step's own file beside its marker: <state>/<rollback>/<step><ending>."""
    return '/'.join([required('SSM_State'), required('SSM_RollbackId'), required('SSM_Step') + ending])
