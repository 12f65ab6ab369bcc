"""Reports which versions this host runs and has, before a rollback decides what it restores. Changes nothing, and may run
at any time. Therefore it also runs in a plan (SSM_Mode).

    SSM_Target      the runbook's tag
    SSM_Candidate   the tag of the version that the deployment replaced; may be empty
    SSM_Paths       paths that the runbook restores, separated by spaces; empty: the whole tree
    SSM_Copies      from>to pairs, separated by spaces; may be empty
    SSM_Versions    the tags that forbidden pairs name, separated by spaces; may be empty
    SSM_FlagFolder, SSM_Flags   the flags that forbidden pairs name, as in shared/flags.py; may be absent

A tag of SSM_Versions is named in the report by its position there, because 20 names would not fit:

    commit      the commit that is checked out
    candidate   the commit of the candidate's tag, or null if there is no such tag
    runs        the tags whose content is on the paths. A tree that is half at a tag counts as both versions
    target_is, candidate_is   the tags that have the same content on the paths; null if there is no such tag
    unknown     the tags that do not exist here, so that nothing is known of them
    flags       the effective values
"""

import json
import os
import sys

from shared.content import changed, entries_of
from shared.flags import effective_flags, wanted_flags
from shared.git import head
from shared.git_tree import refuse_other_tree, tagged_commit, version
from shared.rights import by_owner
from shared.settings import required, tree_folder, words
from shared.target import copy_pairs


def main():
    tree, paths = tree_folder(), words('SSM_Paths') or ['.']
    refuse_other_tree(tree)
    named = [tagged_commit(tree, tag) for tag in words('SSM_Versions')]
    target = tagged_commit(tree, required('SSM_Target'))
    candidate = tagged_commit(tree, os.environ['SSM_Candidate']) if os.environ.get('SSM_Candidate') else None
    flags = effective_flags() if wanted_flags() else {}
    report = {
        'version': version(tree),
        'commit': head(tree),
        'candidate': candidate,
        'runs': running(tree, named, paths),
        'target_is': alike(tree, target, named, paths),
        'candidate_is': alike(tree, candidate, named, paths),
        'unknown': [i for i, commit in enumerate(named) if commit is None],
        'flags': {name: found['effective'] for name, found in flags.items()},
    }
    print(json.dumps(report, sort_keys=True))


def running(tree, named, paths):
    """Returns the positions of the commits whose content is on the paths, all of it or a part that the checked-out one lacks."""
    if not any(named):
        return []
    own = head(tree)
    same = alike(tree, own, named, paths)
    dirty = set(changed(tree, own, paths, strict=False))
    return [i for i, commit in enumerate(named) if commit and (i in same or is_there(tree, commit, paths, dirty))]


def is_there(tree, commit, paths, dirty):
    """Returns whether a commit is on the paths, or a part of it among the files that differ from the checked-out one."""
    copied = {copy for _, copy in copy_pairs()}  # a restore replaces them
    different = set(changed(tree, commit, paths, strict=False)) - copied
    return not different or bool(dirty - copied - different)


def alike(tree, commit, named, paths):
    """Returns the positions of the commits that have the same content on the paths as one; None if that one is unknown."""
    if commit is None:
        return None
    own = entries_of(tree, commit, paths)
    return [i for i, other in enumerate(named) if other and entries_of(tree, other, paths) == own]


if __name__ == '__main__':
    sys.exit(by_owner(main))
