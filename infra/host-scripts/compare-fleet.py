"""Reports what this host runs, so that hosts can be compared with each other and with the deployments on record. Changes
nothing, takes no lock, and runs only in mode plan.

    SSM_Versions   tags of the deployments that every host must have, separated by spaces; may be empty
    SSM_Own        paths in the tree that differ from host to host by design, separated by spaces; may be empty
    SSM_Build      the file into which the trading system's process writes the build that it runs; may be empty
    SSM_Process    the systemd service of the process; may be empty
    SSM_Undone     versions that rollbacks took back: v1.4.0, or v1.2.0:path:path if only these paths went back; may be empty
    SSM_Flags, SSM_FlagFolder   as in shared/flags.py; may be empty
    SSM_Full       yes: every file is read and compared with the commit by content; empty: as below

The look is cheap enough for every two minutes: git compares the stat of its files with its index, and reads the content of those only
that differ there. A bit in the index that hides a file hides it here too, and a forged stat does: SSM_Full finds both, once a day.

    has        per tag: whether the checked-out commit contains it; null if there is no such tag here
    back       per version that was taken back: whether the tree contains it, or its content is on the paths; null: there is no such tag
    changed    number of tracked files that differ from the checked-out commit, and `content`: one hash over them
"""

import hashlib
import json
import os
import stat
import sys

from shared.content import changed
from shared.flags import effective_flags
from shared.git import git, head, names
from shared.git_tree import refuse_other_tree, tagged_commit, version
from shared.held import held_by
from shared.mover import last_mover
from shared.rights import by_owner, open_file, owner_rights
from shared.running import build, start_problem
from shared.settings import planning, required, tree_folder, words

SHOWN_FILES, SHOWN_CHARACTERS = 3, 80


def main():
    if not planning():
        raise SystemExit('This script only looks; start it with Mode plan. Nothing was done')
    os.nice(15)
    tree = tree_folder()
    refuse_other_tree(tree)
    different = without_own(differing(tree))
    report = {
        'commit': head(tree),
        'version': version(tree)[:SHOWN_CHARACTERS],
        'has': [contains(tree, tag) for tag in words('SSM_Versions')],
        'changed': len(different),
        'content': content(tree, different),
        'files': [name[-SHOWN_CHARACTERS:] for name in different[:SHOWN_FILES]],
        'flags': flags(),
        'build': build(),
        'process': process(),
        'held': held_by(),
        'back': [is_back(tree, word) for word in words('SSM_Undone')],
        'moved_by': last_mover(tree) if words('SSM_Undone') else None,
    }
    print(json.dumps(report, sort_keys=True))


def contains(tree, tag):
    """Returns whether the checked-out commit is the tag's or comes after it; None if there is no such tag."""
    commit = tagged_commit(tree, tag)
    if commit is None:
        return None
    return not git(tree, 'rev-list', '--max-count=1', commit, '^HEAD').strip()


def differing(tree):
    """Returns the tracked files that differ from the checked-out commit: as git's index has them, or by their content."""
    if os.environ.get('SSM_Full') == 'yes':
        return changed(tree, head(tree), ['.'], strict=False)
    options = ['--porcelain', '-z', '--no-renames', '--untracked-files=no', '--ignore-submodules=none']
    return {entry[3:] for entry in names(git(tree, 'status', *options))}


def without_own(found):
    """Returns these files sorted, without those that differ from host to host by design."""
    own = [path.rstrip('/') for path in words('SSM_Own')]
    return sorted(name for name in found if not any(name == path or name.startswith(path + '/') for path in own))


def content(tree, different):
    """Returns one hash over the names and contents of these files; empty if there are none."""
    whole = hashlib.sha256()
    for name in different:
        whole.update(('%s=%s;' % (name, digest(os.path.join(tree, name)))).encode('utf-8', 'surrogateescape'))
    return whole.hexdigest()[:16] if different else ''


def digest(path):
    own = hashlib.sha256()
    try:
        if stat.S_ISLNK(os.lstat(path).st_mode):
            return 'link to ' + os.readlink(path)
        with open_file(path, owner_rights()) as file:
            for part in iter(lambda: file.read(1 << 20), b''):
                own.update(part)
    except (OSError, SystemExit) as problem:  # SystemExit: it is neither a file nor a link
        return type(problem).__name__
    return own.hexdigest()


def flags():
    return {name: one['effective'] for name, one in effective_flags().items()} if words('SSM_Flags') else {}


def is_back(tree, word):
    """Returns whether a version is on the host that a rollback took back; None if there is no such tag."""
    tag, *paths = word.split(':')
    if not paths:
        return contains(tree, tag)
    if tagged_commit(tree, tag) is None:
        return None
    return not git(tree, 'diff', '--name-only', '--no-ext-diff', 'refs/tags/' + tag, '--', *paths).strip()


def process():
    """Returns what is wrong with the start of the process; empty: nothing; None: the environment names no service."""
    return start_problem(tree_folder()) or '' if os.environ.get('SSM_Process') else None


if __name__ == '__main__':
    sys.exit(by_owner(main))
