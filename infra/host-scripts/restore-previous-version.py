"""Puts the tree back to a tagged version, keeping first what git would throw away. May be repeated.

The procedure's `git checkout tags/pre-phase1-stable` and `cp solution_backup.py solution.py`.

    SSM_Target   the tag
    SSM_Paths    what to restore, separated by spaces; `.` for the whole tree
    SSM_Copies   from>to pairs, separated by spaces; may be empty

In quarantine: files/ with changed and untracked files of those paths as they lay in the tree, and dirty.patch, which
`git apply` takes. In <state>/<rollback>: <step>.git while git changes the tree. `lost` is true where a copy is gone or
reads differently at the end.
"""

import hashlib
import json
import os
import sys

from shared.copies import keep_copy
from shared.folders import as_they_are, is_folder, keep_folders
from shared.git_tree import (
    branch, changed, changing, git, give_to_owner, head, names, tagged, unlock_after_kill, version
)
from shared.quarantine import bring_back, keep_file, lost_copies, note, notes, own_quarantine, quarantine_of
from shared.settings import own_file, planning, required
from shared.target import differences, read_target, scope


def main():
    tree, commit, paths, copies = read_target()
    for _, copy in copies:
        stay_inside(tree, copy)
    if planning():
        print(json.dumps(foreseen(tree, commit, paths, copies), sort_keys=True))
        return
    quarantine = quarantine_of(required('SSM_Step'))
    unlock_after_kill(tree, own_file('.git'))
    if is_elsewhere(tree, commit, paths, copies):
        own_quarantine()
        remember(tree, commit, paths, copies, quarantine)
        quarantine_changes(tree, commit, scope(paths, copies), quarantine)
        unflag(tree)
        with as_they_are(quarantine):
            check_out(tree, paths)
        for source, copy in copies:
            write_copy(tree, copy, tagged(tree, commit, source))
        left = differences(tree, commit, paths, copies)
        if left:
            raise SystemExit('%d files still differ from the target, first %s' % (len(left), left[0]))
    before = remembered(quarantine)
    report = {
        'from': before['version'] if before else version(tree),
        'to': required('SSM_Target'),
        'commit': commit,
        'quarantined': count_files(os.path.join(quarantine, 'files')),
        'lost': bool(lost_copies(quarantine)),
        **({'quarantine': quarantine, 'restore': bring_back()} if before else {}),
    }
    print(json.dumps(report, sort_keys=True))


def is_elsewhere(tree, commit, paths, copies):
    return bool(differences(tree, commit, paths, copies)) or (paths == ['.'] and head(tree) != commit)


def foreseen(tree, commit, paths, copies):
    """What a live run would report: as many files in quarantine, and how many would change."""
    moves = is_elsewhere(tree, commit, paths, copies)
    modified, at_risk = thrown_away(tree, commit, scope(paths, copies)) if moves else (set(), [])
    files = sorted({os.path.join(tree, file) for name in at_risk for file in files_at(tree, name)})
    return {
        'from': version(tree),
        'to': required('SSM_Target'),
        'commit': commit,
        'would_change': len(differences(tree, commit, paths, copies)),
        'would_take': {
            'files': {'count': len(files), 'bytes': sum(os.lstat(file).st_size for file in files)},
        },
    }


def stay_inside(tree, copy):
    """Follows links in the folders above; a copy that would land outside the tree is refused."""
    folder = os.path.realpath(os.path.dirname(os.path.join(tree, copy)))
    if folder != tree and not folder.startswith(tree + os.sep):
        raise SystemExit('%s leads out of the tree; nothing was touched' % copy)


def remember(tree, commit, paths, copies, quarantine):
    """Notes where the tree was. The first attempt's answer counts: after half a checkout git would name another."""
    if not remembered(quarantine):
        before = {'version': version(tree), 'commit': head(tree), 'branch': branch(tree)}
        left = {copy: hashlib.sha256(tagged(tree, commit, source)).hexdigest() for source, copy in copies}
        note(quarantine, tree={**before, 'target': commit, 'paths': scope(paths, copies), 'left': left})


def remembered(quarantine):
    return next((one['tree'] for one in notes(quarantine) if 'tree' in one), None)


def check_out(tree, paths):
    tag = 'refs/tags/' + required('SSM_Target')
    with changing(own_file('.git')):
        if paths == ['.']:
            git(tree, 'checkout', '--quiet', '--force', '--detach', tag)
        else:
            # Without --no-overlay, files that the failed version added would stay.
            git(tree, 'checkout', '--quiet', '--no-overlay', tag, '--', *paths)


# What git would throw away


def quarantine_changes(tree, commit, paths, quarantine):
    """Copies every file of those paths that would be nowhere else."""
    modified, at_risk = thrown_away(tree, commit, paths, not changes_kept(quarantine))
    for name in at_risk:
        for file in files_at(tree, name):
            keep_file(quarantine, os.path.join(tree, file), file, file)
        if not os.path.lexists(os.path.join(tree, name)):
            note(quarantine, absent=name)
    keep_folders(quarantine, folders_of(tree, paths, at_risk))
    if modified:
        keep_patch(tree, paths, quarantine)
    if not changes_kept(quarantine):
        note(quarantine, changes_kept=True)


def changes_kept(quarantine):
    """Whether an attempt came as far as the checkout: what is changed then is what that one left half done."""
    return any('changes_kept' in one for one in notes(quarantine))


def thrown_away(tree, commit, paths, untouched=True):
    """The changed files, and the names of all that would be nowhere else."""
    modified = set(changed(tree, 'HEAD', paths))
    # Also what already is as the target wants it: it was changed, and comes back so. Not after half a checkout, when
    # that is most of the tree.
    if modified and not untouched:
        modified &= set(changed(tree, commit, paths))
    return modified, sorted(modified | untracked(tree, paths) | ignored_in_the_way(tree, commit, paths))


def folders_of(tree, paths, at_risk):
    """The folders that git may take away with their last file."""
    files = names(git(tree, 'ls-files', '-z', '--', *paths)) + [file for name in at_risk for file in files_at(tree, name)]
    found = {os.path.join(tree, folder) for file in files for folder in parents(file)}
    return sorted(path for path in found if is_folder(path))


def count_files(top):
    """This attempt's and earlier ones'. Links to folders, which os.walk lists among the folders, are files here."""
    count = 0
    for folder, folders, files in os.walk(top):
        count += len(files) + sum(os.path.islink(os.path.join(folder, name)) for name in folders)
    return count


def untracked(tree, paths):
    return set(names(git(tree, 'ls-files', '-z', '--others', '--exclude-standard', '--', *paths)))


def ignored_in_the_way(tree, commit, paths):
    """Ignored files count as expendable for git: one where the target has a file or a folder is overwritten unasked."""
    ignored = names(git(tree, 'ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--', *paths))
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


def keep_patch(tree, paths, quarantine):
    written = os.path.join(quarantine, 'patch')
    with open(written, 'wb') as file:
        file.write(git(tree, 'diff', '--binary', '--no-ext-diff', '--no-textconv', 'HEAD', '--', *paths))
    keep_copy(written, os.path.join(quarantine, 'dirty.patch'), os.path.join(quarantine, 'copying'))
    os.unlink(written)


# The change


def unflag(tree):
    """Takes the flags off under which git would leave a local edit in place; what they hid is in quarantine."""
    listed = [(name[0], name[2:]) for name in names(git(tree, 'ls-files', '-z', '-v'))]
    flagged = [name for flag, name in listed if flag == 'S' or flag.islower()]
    present = [name for name in flagged if os.path.lexists(os.path.join(tree, name))]
    if present:  # each option works only on its own
        git(tree, 'update-index', '--no-assume-unchanged', '--', *present)
        git(tree, 'update-index', '--no-skip-worktree', '--', *present)


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


if __name__ == '__main__':
    sys.exit(main())
