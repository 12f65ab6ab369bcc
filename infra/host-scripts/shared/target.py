"""Reads the target version of a runbook, and finds the files that differ from it."""

import os

from shared.git_tree import changed, commit_of, git, holds, tagged
from shared.settings import required, tree_folder, words


def read_target():
    """Returns the tree, the tag's commit, the paths and the (from, to) copies, all of them checked."""
    tree, target, paths = tree_folder(), required('SSM_Target'), words('SSM_Paths')
    copies = [tuple(pair.split('>')) for pair in words('SSM_Copies')]
    if any(len(pair) != 2 for pair in copies):
        raise SystemExit('SSM_Copies must be from>to pairs, found %s; correct the runbook' % os.environ['SSM_Copies'])
    for path in paths + [path for pair in copies for path in pair]:
        if not path or path.startswith('/') or '..' in path.split('/'):
            message = '%s is not a path inside the tree; nothing was touched. Correct the runbook'
            raise SystemExit(message % (path or 'An empty name'))
    if not paths:
        raise SystemExit('SSM_Paths names no path; nothing was touched. Add one to the runbook')
    if not os.path.isdir(tree):
        message = 'There is no tree at %s; install it or correct host.tree in infra/environments'
        raise SystemExit(message % os.environ['SSM_Tree'])
    return tree, commit_of(tree, target), paths, copies


def scope(paths, copies):
    """Returns every path that a restore may change."""
    return paths if paths == ['.'] else paths + [copy for _, copy in copies]


def differences(tree, commit, paths, copies):
    """Returns the paths that differ from the tag. A copied file must equal its source as tagged instead.

    The step and its check both use this function.
    """
    for path in paths:
        if not git(tree, 'ls-tree', '-z', '--name-only', commit, '--', path):
            raise SystemExit('%s is not in the target version; correct paths in the runbook or move the tag' % path)
    different = set(changed(tree, commit, paths))
    for source, copy in copies:
        different.discard(copy)
        if not holds(os.path.join(tree, copy), tagged(tree, commit, source)):
            different.add(copy)
    return sorted(different)
