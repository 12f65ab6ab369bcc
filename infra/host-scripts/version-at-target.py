"""Looks whether the tree is at the target version. Changes nothing, and may run at any time.

    SSM_Target   the tag
    SSM_Paths    what the runbook restores, separated by spaces; `.` for the whole tree
    SSM_Copies   from>to pairs, separated by spaces; may be empty

At target means no difference from the tag on those paths, except that a copied file equals its source as tagged.
Exits 0 when it could look, whatever it saw: `at_target` says.
"""

import json
import os
import subprocess
import sys
import tempfile

# As many names as surely fit the wrapper's line of 2,000 bytes.
SHOWN_PATHS = 5
SHOWN_BYTES = 1200


def main():
    tree, commit, paths, copies = read_target()
    different = differences(tree, commit, paths, copies)
    report = {
        'version': seen_version(tree, required('SSM_Target'), not different),
        'at_target': not different,
        'different': len(different),
        'differences': shown(different),
    }
    print(json.dumps(report, sort_keys=True))


def seen_version(tree, target, at_target):
    """The tag's name is said only of a tree that is at it; `-dirty` is git's own word for the other."""
    if at_target:
        return target
    described = version(tree)
    return described + '-dirty' if described == target else described


def shown(different):
    paths = different[:SHOWN_PATHS]
    while len(json.dumps(paths)) > SHOWN_BYTES:
        paths.pop()
    return paths


# shared: version
# Each script travels to the host alone, so what two of them need stands in both; a test holds the copies equal.


def required(name):
    value = os.environ.get(name)
    if not value:
        raise SystemExit('%s is not set; the SSM document passes it' % name)
    return value


def read_target():
    """The tree, the tag's commit, the paths and the (from, to) copies; all of them checked."""
    tree, target = os.path.realpath(required('SSM_Tree')), required('SSM_Target')
    paths = required('SSM_Paths').split()
    copies = [tuple(pair.split('>')) for pair in os.environ.get('SSM_Copies', '').split()]
    if any(len(pair) != 2 for pair in copies):
        raise SystemExit('SSM_Copies must be from>to pairs, found %s' % os.environ['SSM_Copies'])
    for path in paths + [path for pair in copies for path in pair]:
        if not path or path.startswith('/') or '..' in path.split('/'):
            raise SystemExit('%s is not a path inside the tree; nothing was touched' % (path or 'An empty name'))
    if not os.path.isdir(tree):
        raise SystemExit('There is no tree at %s' % os.environ['SSM_Tree'])
    return tree, commit_of(tree, target), paths, copies


def commit_of(tree, target):
    git(tree, 'rev-parse', '--git-dir')  # a tree that is no repository says so itself
    tag = 'refs/tags/%s^{commit}' % target
    try:
        return git(tree, 'rev-parse', '--verify', '--quiet', '--end-of-options', tag).decode().split()[-1]
    except SystemExit:
        raise SystemExit('There is no tag %s in the tree; nothing was touched' % target)


def differences(tree, commit, paths, copies):
    """Paths that are not as tagged; a copied file must equal its source as tagged instead. The same in the check."""
    for path in paths:
        if not git(tree, 'ls-tree', '-z', '--name-only', commit, '--', path):
            raise SystemExit('%s is not in the target version' % path)
    different = set(changed(tree, commit, paths))
    for source, copy in copies:
        different.discard(copy)
        if not holds(os.path.join(tree, copy), tagged(tree, commit, source)):
            different.add(copy)
    return sorted(different)


def changed(tree, commit, paths):
    """Files that are not as in the commit, and files git tracks that the commit does not have.

    Compared through an index made here, which makes git read every file: the tree's own may carry flags that hide
    changes (update-index --assume-unchanged is a common way to keep a local edit).
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


def git(tree, *arguments, index=None):
    """Runs git as the tree's owner: git distrusts a tree of another user, and root has no business in its config."""
    settings = ['core.hooksPath=/dev/null', 'core.fsmonitor=false', 'gc.auto=0', 'safe.directory=' + tree]
    command = ['git'] + [word for setting in settings for word in ('-c', setting)] + list(arguments)
    owner = os.stat(tree)
    other = os.geteuid() == 0 and owner.st_uid != 0
    user = {'user': owner.st_uid, 'group': owner.st_gid, 'extra_groups': []} if other else {}
    # close_fds: git inherits the wrapper's lock, so a repeat never meets a git that outlived a killed attempt.
    done = subprocess.run(
        command, cwd=tree, env=git_environment(tree, index), stdin=subprocess.DEVNULL, capture_output=True,
        close_fds=False, **user
    )
    if done.returncode != 0:
        said = done.stderr.decode('utf-8', 'replace').strip().splitlines() or ['it gave no reason']
        raise SystemExit('git %s failed: %s' % (arguments[0], said[0]))
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
        # A folder that lost its repository must not lead git to one above it.
        'GIT_CEILING_DIRECTORIES': os.path.dirname(tree),
        # For the reflog; without a name git asks the network for the host's.
        'GIT_COMMITTER_NAME': 'rollback',
        'GIT_COMMITTER_EMAIL': 'rollback@localhost',
        **({'GIT_INDEX_FILE': index} if index else {}),
    }


def give_to_owner(path, tree):
    if os.geteuid() == 0:
        owner = os.stat(tree)
        os.chown(path, owner.st_uid, owner.st_gid)


# end shared


if __name__ == '__main__':
    sys.exit(main())
