"""Reads and changes the trading system's git tree as its owner would."""

import contextlib
import os
import subprocess
import tempfile


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
    with tempfile.TemporaryDirectory() as folder:
        give_to_owner(folder, tree)
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
    with open(path, 'rb') as file:
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
    with open(mark, 'w'):
        pass
    try:
        yield
    finally:
        os.unlink(mark)


def unlock_after_kill(tree, mark):
    """Removes the lock files of our killed git. The wrapper's lock guarantees that none of ours still runs."""
    if not os.path.exists(mark):
        return
    folder = os.path.join(tree, os.fsdecode(git(tree, 'rev-parse', '--git-dir').strip()))
    for name in ('index.lock', 'HEAD.lock'):
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))
    os.unlink(mark)


def git(tree, *arguments, index=None):
    """Runs git as the tree's owner: git refuses another user's tree, and root must not obey that tree's config."""
    settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'gc.auto=0', 'safe.directory=' + tree]
    command = ['git'] + [word for setting in settings for word in ('-c', setting)] + list(arguments)
    owner = os.stat(tree)
    other = os.geteuid() == 0 and owner.st_uid != 0
    user = {'user': owner.st_uid, 'group': owner.st_gid, 'extra_groups': []} if other else {}
    # close_fds=False: git inherits the wrapper's lock, so a retry waits for a git that outlived a killed attempt.
    done = subprocess.run(
        command, cwd=tree, env=git_environment(tree, index), stdin=subprocess.DEVNULL, capture_output=True,
        close_fds=False, **user
    )
    if done.returncode != 0:
        errors = done.stderr.decode('utf-8', 'replace').strip().splitlines() or ['nothing on stderr']
        raise SystemExit('git %s failed: %s' % (arguments[0], errors[0]))
    return done.stdout


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


def give_to_owner(path, tree):
    if os.geteuid() == 0:
        owner = os.stat(tree)
        os.chown(path, owner.st_uid, owner.st_gid)
