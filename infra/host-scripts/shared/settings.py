"""What the SSM document tells a script."""

import os


def required(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit('%s is not set; the SSM document passes it' % name)
    return value


def planning():
    """Whether this run only says what a live one would do. What asks for it must then touch nothing."""
    return os.environ.get('SSM_Mode') == 'plan'


def words(name):
    """A list of the runbook's, which may be empty."""
    return os.environ.get(name, '').split()


def tree_folder():
    """The trading system's git tree, its links followed."""
    return os.path.realpath(required('SSM_Tree'))


def inside(name):
    """A path in the tree, its links followed; one that leads out of the tree is refused."""
    path = os.path.realpath(os.path.join(tree_folder(), required(name)))
    if not path.startswith(tree_folder() + os.sep):
        raise SystemExit('%s leads out of the tree: %s; nothing was touched' % (name, required(name)))
    return path


def own_file(ending):
    """A file of this step's own beside its marker: <state>/<rollback>/<step><ending>."""
    return '/'.join([required('SSM_State'), required('SSM_RollbackId'), required('SSM_Step') + ending])
