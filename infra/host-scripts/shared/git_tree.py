"""Reads and changes the trading system's git tree as its owner would."""

import contextlib
import os
import tempfile

from shared.processes import run
from shared.rights import open_file, owner_rights, root_rights


def commit_of(tree, target):
    git(tree, 'rev-parse', '--git-dir')  # if the tree is no repository, git's own error names that
    tag = 'refs/tags/%s^{commit}' % target
    try:
        return git(tree, 'rev-parse', '--verify', '--quiet', '--end-of-options', tag).decode().split()[-1]
    except SystemExit:
        raise SystemExit('There is no tag %s in the tree; nothing was touched. Fetch the tag, then retry' % target)


def changed(tree, commit, paths):
    """Returns files that differ from the commit, and tracked files that the commit does not have.

    A new index makes git read every file. The tree's own index may carry flags that hide changes:
    update-index --assume-unchanged is a common way to keep a local edit.
    """
    with owner_rights(), tempfile.TemporaryDirectory() as folder:
        index = os.path.join(folder, 'index')
        git(tree, 'read-tree', commit, index=index)
        modified = git(tree, 'diff', '--name-only', '-z', '--no-ext-diff', '--', *paths, index=index)
    added = git(
        tree, 'diff', '--cached', '--name-only', '-z', '--no-renames', '--diff-filter=A', commit, '--', *paths
    )
    return names(modified) + [name for name in names(added) if os.path.lexists(os.path.join(tree, name))]


def names(output):
    return [os.fsdecode(name) for name in output.split(b'\0') if name]


def tagged(tree, commit, path):
    return git(tree, 'cat-file', '--filters', '%s:%s' % (commit, path))


def holds(path, content):
    if os.path.islink(path) or not os.path.isfile(path):
        return False
    with open_file(path) as file:
        return file.read() == content


def version(tree):
    return git(tree, 'describe', '--tags', '--always').decode().strip()


def head(tree):
    return git(tree, 'rev-parse', 'HEAD').decode().strip()


def branch(tree):
    """Returns the branch that is checked out, or None."""
    return git(tree, 'branch', '--show-current').decode().strip() or None


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
    folder = os.path.join(tree, os.fsdecode(git(tree, 'rev-parse', '--git-dir').strip()))
    with owner_rights():
        for name in ('index.lock', 'HEAD.lock'):
            if os.path.exists(os.path.join(folder, name)):
                os.unlink(os.path.join(folder, name))
    with root_rights():
        os.unlink(mark)


def git(tree, *arguments, index=None):
    """Runs git as the tree's owner: git refuses another user's tree, and root must not obey that tree's config."""
    settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'gc.auto=0', 'safe.directory=' + tree]
    command = ['git'] + [word for setting in settings for word in ('-c', setting)] + list(arguments)
    with owner_rights():
        code, output, errors = run(command, cwd=tree, env=git_environment(tree, index))
    if code != 0:
        lines = errors.strip().splitlines() or ['nothing on stderr']
        raise SystemExit('git %s failed: %s' % (arguments[0], lines[0]))
    return output


def git_environment(tree, index):
    return {
        'PATH': os.environ.get('PATH', '/usr/bin:/bin'),
        'LC_ALL': 'C',
        'HOME': '/nonexistent',
        'GIT_CONFIG_GLOBAL': '/dev/null',
        'GIT_TERMINAL_PROMPT': '0',
        'GIT_OPTIONAL_LOCKS': '0',
        'GIT_LITERAL_PATHSPECS': '1',
        # Without this, git would search parent folders if the tree's own repository is missing.
        'GIT_CEILING_DIRECTORIES': os.path.dirname(tree),
        # For the reflog: without a name, git looks up the host's name over the network.
        'GIT_COMMITTER_NAME': 'rollback',
        'GIT_COMMITTER_EMAIL': 'rollback@localhost',
        **({'GIT_INDEX_FILE': index} if index else {}),
    }
