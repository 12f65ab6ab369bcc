"""Puts the tree back to a tagged version, keeping first what git would throw away. May be repeated.

The procedure's `git checkout tags/pre-phase1-stable` and `cp solution_backup.py solution.py`.

    SSM_Target   the tag
    SSM_Paths    what to restore, separated by spaces; `.` for the whole tree
    SSM_Copies   from>to pairs, separated by spaces; may be empty

In <state>/<rollback>/quarantine/<step>: files/ with changed and untracked files as they lay in the tree, and
dirty.patch, which `git apply` takes. In <state>/<rollback>: <step>.from, the version before the first attempt, and
<step>.git while git changes the tree.
"""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile


def main():
    tree, commit, paths, copies = read_target()
    for _, copy in copies:
        stay_inside(tree, copy)
    own = os.path.join(required('SSM_State'), required('SSM_RollbackId'), required('SSM_Step'))
    quarantine = '/'.join([os.path.dirname(own), 'quarantine', required('SSM_Step')])
    unlock_after_kill(tree, own)
    if differences(tree, commit, paths, copies) or (paths == ['.'] and head(tree) != commit):
        before = remember(own + '.from', version(tree))
        quarantine_changes(tree, commit, quarantine)
        unflag(tree)
        check_out(tree, paths, own)
        for source, copy in copies:
            write_copy(tree, copy, tagged(tree, commit, source))
        left = differences(tree, commit, paths, copies)
        if left:
            raise SystemExit('%d files still differ from the target, first %s' % (len(left), left[0]))
    else:
        before = remembered(own + '.from') or version(tree)
    quarantined = count_files(os.path.join(quarantine, 'files'))
    report = {'from': before, 'to': required('SSM_Target'), 'commit': commit, 'quarantined': quarantined}
    print(json.dumps(report, sort_keys=True))


def head(tree):
    return git(tree, 'rev-parse', 'HEAD').decode().strip()


def stay_inside(tree, copy):
    """Follows links in the folders above; a copy that would land outside the tree is refused."""
    folder = os.path.realpath(os.path.dirname(os.path.join(tree, copy)))
    if folder != tree and not folder.startswith(tree + os.sep):
        raise SystemExit('%s leads out of the tree; nothing was touched' % copy)


def remember(path, version_before):
    """The first attempt's answer counts: after half a checkout git would name something else."""
    known = remembered(path)
    if known:
        return known
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    with open(path + '.new', 'w') as file:
        file.write(version_before)
    os.replace(path + '.new', path)
    return version_before


def remembered(path):
    try:
        with open(path) as file:
            return file.read()
    except FileNotFoundError:
        return None


# What git would throw away


def quarantine_changes(tree, commit, quarantine):
    """Copies every file that would be nowhere else."""
    modified = set(changed(tree, 'HEAD', ['.']))
    # What already is as the target wants it stays as it is; after half a checkout that is most of the tree.
    modified &= set(changed(tree, commit, ['.'])) if modified else set()
    part = os.path.join(quarantine, 'copying')
    for name in sorted(modified | untracked(tree) | ignored_in_the_way(tree, commit)):
        for file in files_at(tree, name):
            keep_copy(os.path.join(tree, file), os.path.join(quarantine, 'files', file), part)
    if modified:
        keep_patch(tree, quarantine)


def count_files(top):
    """This attempt's and earlier ones'. Links to folders, which os.walk lists among the folders, are files here."""
    count = 0
    for folder, folders, files in os.walk(top):
        count += len(files) + sum(os.path.islink(os.path.join(folder, name)) for name in folders)
    return count


def untracked(tree):
    return set(names(git(tree, 'ls-files', '-z', '--others', '--exclude-standard')))


def ignored_in_the_way(tree, commit):
    """Ignored files count as expendable for git: one where the target has a file or a folder is overwritten unasked."""
    ignored = names(git(tree, 'ls-files', '-z', '--others', '--ignored', '--exclude-standard'))
    wanted = set(names(git(tree, 'ls-tree', '-r', '-z', '--name-only', commit)))
    folders = {parent for name in wanted for parent in parents(name)}
    return {name for name in ignored if name in wanted or name in folders or wanted & set(parents(name))}


def parents(name):
    words = name.split('/')
    return ['/'.join(words[:count]) for count in range(1, len(words))]


def files_at(tree, name):
    """A name that ends in a slash is a repository inside the tree, which git does not look into."""
    path = os.path.join(tree, name)
    if not os.path.isdir(path) or os.path.islink(path):
        return [name] if os.path.lexists(path) else []
    found = [os.path.join(folder, file) for folder, _, files in os.walk(path) for file in files]
    return sorted(os.path.relpath(file, tree) for file in found)


def keep_patch(tree, quarantine):
    written = os.path.join(quarantine, 'patch')
    os.makedirs(quarantine, mode=0o700, exist_ok=True)
    with open(written, 'wb') as file:
        file.write(git(tree, 'diff', '--binary', '--no-ext-diff', '--no-textconv', 'HEAD'))
    keep_copy(written, os.path.join(quarantine, 'dirty.patch'), os.path.join(quarantine, 'copying'))
    os.unlink(written)


# The change


def check_out(tree, paths, own):
    """Moves the tree; a killed git leaves its lock file behind, and <step>.git says that it was ours."""
    tag = 'refs/tags/' + required('SSM_Target')
    with open(own + '.git', 'w'):
        pass
    try:
        if paths == ['.']:
            git(tree, 'checkout', '--quiet', '--force', '--detach', tag)
        else:
            # Without --no-overlay, files that the failed version added would stay.
            git(tree, 'checkout', '--quiet', '--no-overlay', tag, '--', *paths)
    finally:
        os.unlink(own + '.git')


def unflag(tree):
    """Takes the flags off under which git would leave a local edit in place; what they hid is in quarantine."""
    listed = [(name[0], name[2:]) for name in names(git(tree, 'ls-files', '-z', '-v'))]
    flagged = [name for flag, name in listed if flag == 'S' or flag.islower()]
    present = [name for name in flagged if os.path.lexists(os.path.join(tree, name))]
    if present:  # each option works only on its own
        git(tree, 'update-index', '--no-assume-unchanged', '--', *present)
        git(tree, 'update-index', '--no-skip-worktree', '--', *present)


def unlock_after_kill(tree, own):
    """Removes the lock files of a git of ours that was killed; the wrapper's lock says that none is alive."""
    if not os.path.exists(own + '.git'):
        return
    folder = os.path.join(tree, os.fsdecode(git(tree, 'rev-parse', '--git-dir').strip()))
    for name in ('index.lock', 'HEAD.lock'):
        if os.path.exists(os.path.join(folder, name)):
            os.unlink(os.path.join(folder, name))
    os.unlink(own + '.git')


def write_copy(tree, name, content):
    """The whole file or the old one, with the old one's mode, as cp would leave it; owned as the tree is."""
    path = os.path.join(tree, name)
    part = os.path.join(os.path.dirname(path), '.%s.rollback' % os.path.basename(path))
    with open(part, 'wb') as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    os.chmod(part, os.stat(path).st_mode & 0o777 if os.path.isfile(path) else 0o644)
    give_to_owner(part, tree)
    os.replace(part, path)


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


# shared: copies
# Each script travels to the host alone, so what two of them need stands in both; a test holds the copies equal.


def keep_copy(source, target, part):
    """A verified, durable copy under the target's name, or under the next free one where another content has it."""
    number, wanted = 1, target
    while os.path.lexists(target):
        if digest(target) == digest(source):
            return target
        number += 1
        target = '%s.%d' % (wanted, number)
    os.makedirs(os.path.dirname(target), mode=0o700, exist_ok=True)
    if os.path.lexists(part):
        os.unlink(part)  # half a copy, of an attempt that was killed
    shutil.copy2(source, part, follow_symlinks=False)
    if os.geteuid() == 0:
        owner = os.lstat(source)
        os.chown(part, owner.st_uid, owner.st_gid, follow_symlinks=False)
    if not os.path.islink(part):
        fsync(part)
    if digest(part) != digest(source):
        raise SystemExit('%s changed while it was copied; nothing was removed' % os.path.basename(wanted))
    os.rename(part, target)
    fsync(os.path.dirname(target))
    return target


def digest(path):
    """A link's content is where it points to."""
    if os.path.islink(path):
        return hashlib.sha256(b'link ' + os.fsencode(os.readlink(path))).hexdigest()
    total = hashlib.sha256()
    with open(path, 'rb') as file:
        for block in iter(lambda: file.read(1 << 20), b''):
            total.update(block)
    return total.hexdigest()


def fsync(path):
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


# end shared


if __name__ == '__main__':
    sys.exit(main())
