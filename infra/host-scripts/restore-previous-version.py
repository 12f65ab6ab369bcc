"""Restores the tree, or some of its paths, to a tagged version. Copies everything first that git would discard.

May be repeated. In the procedure: `git checkout tags/pre-phase1-stable` and `cp solution_backup.py solution.py`.

    SSM_Target   the tag
    SSM_Paths    the paths to restore, separated by spaces; `.` for the whole tree
    SSM_Copies   from>to pairs, separated by spaces; may be empty
    SSM_Commit   the commit that the rollback has frozen for all hosts; the step refuses another one. Empty: none yet
    SSM_Variant  quick: a plan reports the tag's commit only

In quarantine: files/ with the changed and untracked files of those paths, and dirty.patch for `git apply`. In
<state>/<rollback>: <step>.git while git changes the tree. `lost` is true if a copy is missing or changed at the end.
"""

import hashlib
import json
import os
import sys

from shared.content import changed, entries_of
from shared.copies import keep_copy, replace_file
from shared.files import batches
from shared.folders import files_below, is_folder, keep_folders, preserved_folders
from shared.git import git, head, names
from shared.git_tree import branch, changing, make_way, unlock_after_kill, version
from shared.modes import give_modes, keep_modes, kept_modes, own_files_mode, private
from shared.protected import refuse_protected, unprotected
from shared.quarantine import (
    append_notes, keep_files, lost_copies, note, notes, own_quarantine, quarantine_of, restore_hint
)
from shared.rights import by_owner, root_rights
from shared.settings import own_file, planning, required
from shared.survey import survey, survey_objects
from shared.target import differences, moved_from, read_target, scope, tagged


def main():
    tree, commit, paths, copies = read_target()
    if planning() and os.environ.get('SSM_Variant') == 'quick':
        print(json.dumps({'to': required('SSM_Target'), 'commit': commit}, sort_keys=True))
        return
    refuse_other_commit(commit)
    # Of the whole tree, each file that would change is checked (shared/survey.py).
    refuse_protected([path for path in scope(paths, copies) if path != '.'])
    for _, copy in copies:
        stay_inside(tree, copy)
    if not planning():
        refuse_moved_tag(quarantine_of(required('SSM_Step')), commit)
        unlock_after_kill(tree, own_file('.git'))
    survey_objects(tree, commit, scope(paths, copies))
    different = differences(tree, commit, paths, copies)
    moves = bool(different) or (paths == ['.'] and head(tree) != commit)
    if moves:
        survey(tree, commit, paths, different)
    if planning():
        at_risk = discarded(tree, commit, scope(paths, copies))[1] if moves else []
        print(json.dumps(plan_report(tree, commit, different, at_risk), sort_keys=True))
        return
    quarantine = quarantine_of(required('SSM_Step'))
    if moves:
        move((tree, commit, paths, copies), different, quarantine)
    elif kept_modes(quarantine) is not None:  # an attempt was killed after its checkout
        give_modes(tree, commit, scope(paths, copies), kept_modes(quarantine))
    before = remembered(quarantine)
    report = {
        'from': before['version'] if before else version(tree),
        'to': required('SSM_Target'),
        'commit': commit,
        'quarantined': count_files(os.path.join(quarantine, 'files')),
        'lost': bool(lost_copies(quarantine)),
        **({'quarantine': quarantine, 'restore': restore_hint()} if before else {}),
    }
    print(json.dumps(report, sort_keys=True))


def move(target, different, quarantine):
    """Copies what git would discard, and moves the tree to the target as `read_target` returns it."""
    tree, commit, paths, copies = target
    changing_paths = scope(paths, copies)
    sources = tagged(tree, commit, copies)
    own_quarantine()
    left = {copy: hashlib.sha256(sources[source]).hexdigest() for source, copy in copies}
    remember(quarantine, tree, {'target': commit, 'paths': changing_paths, 'left': left})
    quarantine_changes(tree, commit, changing_paths, quarantine)
    keep_modes(quarantine, tree, commit, changing_paths)
    with preserved_folders(quarantine), changing(own_file('.git')):
        make_way(tree, commit, set(different) - {copy for _, copy in copies})
        with private():
            check_out(tree, commit, paths)
    give_modes(tree, commit, changing_paths, kept_modes(quarantine))
    for source, copy in copies:
        replace_file(os.path.join(tree, copy), sources[source], 0o644)
    left = differences(tree, commit, paths, copies)
    if left:
        message = 'Files that still differ from the target: %d, first %s; compare them with the tag by hand'
        raise SystemExit(message % (len(left), left[0]))


def plan_report(tree, commit, different, at_risk):
    """Returns how many files a live run would copy to quarantine and how many would change, for a plan."""
    files = sorted({os.path.join(tree, file) for name in at_risk for file in files_at(tree, name)})
    return {
        'from': version(tree),
        'to': required('SSM_Target'),
        'commit': commit,
        'would_change': len(different),
        'would_take': {
            'files': {'count': len(files), 'bytes': sum(os.lstat(file).st_size for file in files)},
        },
    }


def stay_inside(tree, copy):
    """Refuses a copy that would land outside the tree through a linked folder."""
    folder = os.path.realpath(os.path.dirname(os.path.join(tree, copy)))
    if folder != tree and not folder.startswith(tree + os.sep):
        raise SystemExit('%s leads out of the tree; nothing was touched. Correct copies in the runbook' % copy)


def version_before(tree):
    """Returns the version, commit and branch of the tree."""
    return {'version': version(tree), 'commit': head(tree), 'branch': branch(tree)}


def remember(quarantine, tree, target):
    """Notes the tree's version before the step, in the first attempt only: after half a checkout it would be wrong."""
    if not remembered(quarantine):
        note(quarantine, tree={**version_before(tree), **target})


def refuse_other_commit(commit):
    """A tag is only a name: all hosts must come to the commit that the rollback has frozen."""
    frozen = moved_from(commit)
    if frozen:
        message = 'The tag %s names %s here, but the rollback restores %s; nothing was touched. Fetch the right tag'
        raise SystemExit(message % (required('SSM_Target'), commit[:12], frozen[:12]))


def refuse_moved_tag(quarantine, commit):
    """The first attempt freezes the commit: a tag that moves later would leave hosts at different versions."""
    before = remembered(quarantine)
    if before and before['target'] != commit:
        message = 'The tag %s moved from %s to %s during the rollback; nothing more was touched. Move it back'
        raise SystemExit(message % (required('SSM_Target'), before['target'][:12], commit[:12]))


def remembered(quarantine):
    return next((one['tree'] for one in notes(quarantine) if 'tree' in one), None)


def check_out(tree, commit, paths):
    # Without --no-overlay, git would leave files that the failed version added.
    whole, some = ['--force', '--detach', commit], ['--no-overlay', commit, '--', *paths]
    git(tree, 'checkout', '--quiet', *(whole if paths == ['.'] else some), settings=[own_files_mode(tree)])


# Files that git would discard


def quarantine_changes(tree, commit, paths, quarantine):
    """Copies every file of those paths of which git would keep no copy."""
    first = not changes_kept(quarantine)
    modified, at_risk = discarded(tree, commit, paths, first)
    links = {}
    for batch in batches(tree, [file for name in at_risk for file in files_at(tree, name)]):
        keep_files(quarantine, [(os.path.join(tree, file), file, {'from': file}) for file in batch], links)
    # A file that is missing in a later attempt may have been removed by the first one.
    absent = [name for name in at_risk if first and not os.path.lexists(os.path.join(tree, name))]
    append_notes(quarantine, [{'absent': name} for name in absent])
    keep_folders(quarantine, folders_of(tree, paths, at_risk))
    if modified:
        keep_patch(tree, paths, quarantine)
    if first:
        note(quarantine, changes_kept=True)


def changes_kept(quarantine):
    """Returns whether an earlier attempt reached the checkout. Changed files are then its half-done work."""
    return any('changes_kept' in one for one in notes(quarantine))


def discarded(tree, commit, paths, untouched=True):
    """Returns the changed files, and the names of all files of which git would keep no copy."""
    modified = set(changed(tree, head(tree), paths, strict=False))
    # A changed file that already equals the target is included, so that restore.py brings it back as changed. After
    # half a checkout such files are excluded, because most of the tree then equals the target.
    if modified and not untouched:
        modified &= set(changed(tree, commit, paths, strict=False))
    return modified, sorted(modified | untracked(tree, paths) | ignored_in_the_way(tree, commit, paths))


def folders_of(tree, paths, at_risk):
    """Returns the folders that git may remove with their last file."""
    files = names(git(tree, 'ls-files', '-z', '--', *paths))
    files += [file for name in at_risk for file in files_at(tree, name)]
    found = {os.path.join(tree, folder) for file in files for folder in parents(file)}
    return sorted(path for path in found if is_folder(path))


@root_rights()
def count_files(top):
    """Counts the files of all attempts. Links to folders count as files, although os.walk lists them as folders."""
    count = 0
    for folder, folders, files in os.walk(top):
        count += len(files) + sum(os.path.islink(os.path.join(folder, name)) for name in folders)
    return count


def untracked(tree, paths):
    # A checkout leaves them in place, and a protected one, such as a large journal, is not copied either.
    return set(unprotected(names(git(tree, 'ls-files', '-z', '--others', '--exclude-standard', '--', *paths))))


def ignored_in_the_way(tree, commit, paths):
    """Returns ignored files that the checkout would overwrite, because the target has a file or folder there."""
    ignored = names(git(tree, 'ls-files', '-z', '--others', '--ignored', '--exclude-standard', '--', *paths))
    wanted = {entry.name for entry in entries_of(tree, commit, ['.'])}
    folders = {parent for name in wanted for parent in parents(name)}
    return {name for name in ignored if name in wanted or name in folders or wanted & set(parents(name))}


def parents(name):
    words = name.split('/')
    return ['/'.join(words[:count]) for count in range(1, len(words))]


def files_at(tree, name):
    """Returns the files at a name. A name that ends in a slash is a nested repository: git does not list its files."""
    path = os.path.join(tree, name)
    if not os.path.isdir(path) or os.path.islink(path):
        return [name] if os.path.lexists(path) else []
    return [os.path.join(name, file) for file in files_below(path)]


def keep_patch(tree, paths, quarantine):
    written = os.path.join(quarantine, 'patch')
    # The options make a patch of the usual form, whatever the owner's settings for people are.
    form = ['--binary', '--no-ext-diff', '--no-textconv', '--no-color', '--src-prefix=a/', '--dst-prefix=b/']
    patch = git(tree, 'diff', *form, 'HEAD', '--', *paths)
    with root_rights():
        with open(written, 'wb') as file:
            file.write(patch)
        keep_copy(written, os.path.join(quarantine, 'dirty.patch'), os.path.join(quarantine, 'copying'))
        os.unlink(written)


if __name__ == '__main__':
    sys.exit(by_owner(main))
