"""Reads and changes the trading system's git tree as its owner would."""

import contextlib
import os

from shared.content import Places, entries_of
from shared.git import git, git_folder, is_on, lines_of, names, repository_of, settings_of
from shared.rights import owner_rights, root_rights


# The tags that a preparation makes begin with it (domain/prepare/preparation.ts).
OWN_TAGS = 'rollback/'


def refuse_other_tree(tree):
    """Refuses a repository that works on another tree. If the tree is no repository, git's own error names that."""
    top = repository_of(tree)[0]
    if os.path.realpath(top) != tree:
        message = 'The git repository in %s works on %s (core.worktree); nothing was touched. Correct host.tree or git'
        raise SystemExit(message % (tree, top))


def commit_of(tree, target):
    refuse_other_tree(tree)
    tag = 'refs/tags/%s^{commit}' % target
    try:
        return git(tree, 'rev-parse', '--verify', '--quiet', '--end-of-options', tag).decode().split()[-1]
    except SystemExit:
        raise SystemExit(no_commit(tree, target))


def no_commit(tree, target):
    try:
        kind = git(tree, 'cat-file', '-t', 'refs/tags/%s^{}' % target).decode().strip()
    except SystemExit:
        how, commit = 'Fetch the tag', os.environ.get('SSM_Commit')
        if commit and target.startswith(OWN_TAGS):  # a preparation made it on this host only
            how = 'No remote has it; make it again: git tag %s %s' % (target, commit)
        return 'There is no tag %s in the tree; nothing was touched. %s, then retry' % (target, how)
    message = 'The tag %s points to a %s, not to a commit; nothing was touched. Move the tag to a commit, then retry'
    return message % (target, kind)


def version(tree):
    """Returns the version in the customer's own tags: a preparation tags the version before another one."""
    return git(tree, 'describe', '--tags', '--always', '--exclude', OWN_TAGS + '*').decode().strip()


def tagged_commit(tree, tag):
    """Returns the commit that a tag names, also through other tags, or None if there is no such tag."""
    asked = os.fsencode('refs/tags/%s^{commit}\n' % tag)
    found = git(tree, 'cat-file', '--batch-check=%(objectname)', given=asked).decode().split()
    return found[0] if len(found) == 1 else None


def make_tag(tree, tag, commit):
    """Makes a tag. Fails if there is one, so that no tag ever moves: git compares and writes at once."""
    git(tree, 'update-ref', '--no-deref', 'refs/tags/' + tag, commit, '')


def branch(tree):
    """Returns the branch that is checked out, or None."""
    return git(tree, 'branch', '--show-current').decode().strip() or None


def make_way(tree, commit, different):
    """Removes files that differ from the commit, and the flags that hide them, so that a checkout writes them anew.

    git leaves a file in place if it would store it alike. The files are in quarantine by now, or git holds them.
    """
    wanted = {entry.name for entry in entries_of(tree, commit, ['.'])} & set(different)
    unflag(tree, wanted)
    place = Places(tree)
    with owner_rights():
        for name in sorted(wanted):
            path = os.path.join(tree, name)
            if place.holds(name) and (os.path.islink(path) or not os.path.isdir(path)):
                os.unlink(path)


def unflag(tree, wanted):
    """Removes the index flags with which git would leave a file as it is. A sparse checkout needs some for itself."""
    sparse = is_on(settings_of(tree), 'core.sparsecheckout')
    listed = [(name[0], name[2:]) for name in names(git(tree, 'ls-files', '-z', '-v'))]
    flagged = [name for flag, name in listed if flag == 'S' or flag.islower()]
    hiding = [
        name for name in flagged if not sparse or name in wanted or os.path.lexists(os.path.join(tree, name))
    ]
    if hiding:  # git accepts only one of the two options per call
        for option in ('--no-assume-unchanged', '--no-skip-worktree'):
            git(tree, 'update-index', option, '-z', '--stdin', given=lines_of(hiding))


@contextlib.contextmanager
def changing(mark):
    """Marks by a file that our git is changing the tree, because a killed git leaves its lock files behind."""
    with root_rights(), open(mark, 'w'):
        pass
    try:
        yield
    finally:
        with root_rights():
            os.unlink(mark)


def unlock_after_kill(tree, mark):
    """Removes the lock files of our killed git. The wrapper's lock guarantees that none of ours still runs."""
    with root_rights():
        killed = os.path.exists(mark)
    if not killed:
        return
    folder = git_folder(tree)
    with owner_rights():
        for name in ('index.lock', 'HEAD.lock'):
            if os.path.exists(os.path.join(folder, name)):
                os.unlink(os.path.join(folder, name))
    with root_rights():
        os.unlink(mark)
