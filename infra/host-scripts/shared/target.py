"""Reads the target version of a runbook, and finds the files that differ from it."""

import os

from shared.content import changed, contents_of, entries_of
from shared.git_tree import commit_of
from shared.rights import open_file
from shared.settings import required, tree_folder, words


def read_target():
    """Returns the tree, the tag's commit, the paths and the (from, to) copies, all of them checked."""
    tree, target, paths = tree_folder(), required('SSM_Target'), words('SSM_Paths')
    copies = copy_pairs()
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


def copy_pairs():
    """Returns the (from, to) copies."""
    copies = [tuple(pair.split('>')) for pair in words('SSM_Copies')]
    if any(len(pair) != 2 for pair in copies):
        raise SystemExit('SSM_Copies must be from>to pairs, found %s; correct the runbook' % os.environ['SSM_Copies'])
    return copies


def moved_from(commit):
    """Returns the commit that the rollback has frozen for all hosts, if the tag names another one on this host."""
    frozen = os.environ.get('SSM_Commit')
    return frozen if frozen and frozen != commit else None


def scope(paths, copies):
    """Returns every path that a restore may change."""
    return paths if paths == ['.'] else paths + [copy for _, copy in copies]


def differences(tree, commit, paths, copies):
    """Returns the paths that differ from the tag. A copied file must equal its source as tagged instead.

    The step and its check both use this function.
    """
    sources = tagged(tree, commit, copies)
    for path in paths:
        refuse_absent(tree, commit, path)
    different = set(changed(tree, commit, paths))
    for source, copy in copies:
        different.discard(copy)
        if not holds(os.path.join(tree, copy), sources[source]):
            different.add(copy)
    return sorted(different)


def tagged(tree, commit, copies):
    """Returns the content of each source of the copies, as a checkout of the tag would write it."""
    sources = sorted({source for source, _ in copies})
    for source in sources:
        refuse_absent(tree, commit, source)
    return contents_of(tree, commit, sources) if sources else {}


def refuse_absent(tree, commit, path):
    if not entries_of(tree, commit, [path]):
        message = '%s is not in the target version; nothing was touched. Correct the runbook or move the tag'
        raise SystemExit(message % path)


def holds(path, content):
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open_file(path) as file:
        return file.read() == content
