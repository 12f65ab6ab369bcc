"""Refuses a change of the tree that could stop half way, or end with other content, before anything moves."""

import os

from shared.attributes import refuse_fixed
from shared.content import SUBMODULE, Checkout, batches, conversions, entries_of, names_outside
from shared.folders import files_below, is_folder, refuse_in_the_way
from shared.git import git, git_folder, head, names
from shared.protected import protected_files, refuse_protected
from shared.rights import may_remove, owner_rights

NEXT = 'nothing was touched. '


def survey_objects(tree, commit, paths):
    """Refuses if an object of the commit, or of the one that is checked out, is not on this host.

    A partial clone would fetch it. A restore would need the objects of the commit that is checked out now.
    """
    for one in dict.fromkeys((commit, head(tree))):
        listed = git(tree, 'rev-list', '--objects', '--missing=print', '--no-walk', one).decode('utf-8', 'replace')
        missing = {line[1:] for line in listed.splitlines() if line.startswith('?')}
        if not missing:
            continue
        with owner_rights():
            outside = names_outside(tree, one)
        absent = [entry.name for entry in entries_of(tree, one, paths) if entry.hash in missing]
        lost = [name for name in absent if name not in outside]
        if lost:
            message = 'The repository lacks %d files of %s, first %s (a partial clone?); %sFetch them, then retry'
            raise SystemExit(message % (len(lost), one[:12], lost[0], NEXT))


def survey(tree, commit, paths, different):
    """Refuses if a checkout of those paths could not write each of the files that differ."""
    with owner_rights():
        refuse_locks(tree, paths)
        entries = entries_of(tree, commit, ['.'])
        refuse_submodules(tree, {entry.name: entry for entry in entries if entry.mode == SUBMODULE}, paths, different)
        refuse_protected(set(different) | tracked_and_protected(tree, commit, paths))
        for name in different:
            refuse_unwritable(tree, name)
        rehearse(tree, commit, [entry for entry in entries if entry.name in set(different)])


def tracked_and_protected(tree, commit, paths):
    """Returns protected files that git tracks. A checkout may write even an equal one anew, under its writer's hands."""
    found = protected_files()
    if not found:
        return found
    tracked = names(git(tree, 'ls-files', '-z', '--', *paths))
    return found & {*tracked, *(entry.name for entry in entries_of(tree, commit, paths))}


def refuse_locks(tree, paths):
    """git takes HEAD.lock and writes logs/HEAD only after it has changed the files."""
    folder = git_folder(tree)
    for name in ('index.lock', 'HEAD.lock'):
        if os.path.lexists(os.path.join(folder, name)):
            message = '%s is there, so another git works in the tree or was killed; %sWait for it or remove the file'
            raise SystemExit(message % (os.path.join(folder, name), NEXT))
    needed = [folder] + ([os.path.join(folder, 'logs'), os.path.join(folder, 'logs/HEAD')] if paths == ['.'] else [])
    for path in needed:
        if os.path.lexists(path) and not may(path, os.W_OK):
            refuse_owner(path)


def refuse_submodules(tree, wanted, paths, different):
    listed = names(git(tree, 'ls-files', '-z', '--stage', '--', *paths))
    present = {line.partition('\t')[2] for line in listed if line.startswith(SUBMODULE)}
    for name in sorted((set(wanted) | present) & set(different)):
        if name not in wanted:
            message = 'The target has no submodule %s, and no step removes one; %sMove it away by hand, then retry'
            raise SystemExit(message % (name, NEXT))
        message = 'The submodule %s is not at %s as in the target, and no step moves one; %sCheck that out by hand'
        raise SystemExit(message % (name, wanted[name].hash[:12], NEXT))


def refuse_unwritable(tree, name):
    """Refuses a file that the owner of the tree could not replace: somebody ran git as root, for example."""
    path = os.path.join(tree, name)
    folder = os.path.dirname(path)
    if os.path.realpath(folder) != folder:
        raise SystemExit('%s is a link, or is behind one, in the place of a folder; %sMove it away' % (folder, NEXT))
    refuse_in_the_way(path)
    while not os.path.isdir(folder):
        path, folder = folder, os.path.dirname(folder)
    refuse_fixed([folder, path] + ([os.path.join(path, one) for one in files_below(path)] if is_folder(path) else []))
    if not may(folder, os.W_OK | os.X_OK):
        refuse_owner(folder)
    if os.path.lexists(path) and not may_remove(path):
        refuse_owner(path)


def may(path, mode):
    return os.access(path, mode, effective_ids=os.access in os.supports_effective_ids)


def refuse_owner(path):
    message = 'The owner of the tree may not change %s; %sCorrect its owner or mode, then retry'
    raise SystemExit(message % (path, NEXT))


def rehearse(tree, commit, entries):
    """Writes the files into a temporary folder: damaged objects and failing filters show up here."""
    files = [entry.name for entry in entries if entry.mode != SUBMODULE]
    checkout = Checkout(tree, commit, conversions(tree, commit, entries)[1])
    for batch in batches(files):
        with checkout.written(batch) as folder:
            lost = [name for name in batch if not os.path.lexists(os.path.join(folder, name))]
        if lost:
            raise SystemExit('git did not write %s of the target; %sRun git fsck, then retry' % (lost[0], NEXT))
