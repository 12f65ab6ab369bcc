"""Looks whether the host is at the target: its tree and its flags. Changes nothing, and may run at any time, so
in a plan (SSM_Mode) it looks as well.

    SSM_Target   the tag
    SSM_Paths    what the runbook restores, separated by spaces; `.` for the whole tree; empty: the code stays as it is
    SSM_Copies   from>to pairs, separated by spaces; may be empty
    SSM_FlagFolder, SSM_Flags   as shared/flags.py says; may be absent

At target means no difference from the tag on those paths, except that a copied file equals its source as tagged, and
every flag effective here as the runbook set it. Exits 0 when it could look, whatever it saw: `at_target` says.
"""

import json
import sys

from shared.flags import effective_flags, not_as_wanted, wanted_flags
from shared.git_tree import version
from shared.settings import required, tree_folder, words
from shared.target import differences, read_target

# As many names as surely fit the wrapper's line of 2,000 bytes.
SHOWN_PATHS = 5
SHOWN_BYTES = 1200


def main():
    different = differences(*read_target()) if words('SSM_Paths') else []
    flags = not_as_wanted(effective_flags()) if wanted_flags() else []
    at_target = not different and not flags
    report = {
        'version': seen_version(required('SSM_Target'), at_target),
        'at_target': at_target,
        'different': len(different),
        'differences': shown(different),
        'flags': shown(flags),
    }
    print(json.dumps(report, sort_keys=True))


def seen_version(target, at_target):
    """The target's name is said only of a host that is at it; `-dirty` is git's own word for the other."""
    if at_target:
        return target
    described = version(tree_folder())
    return described + '-dirty' if described == target else described


def shown(found):
    some = found[:SHOWN_PATHS]
    while len(json.dumps(some)) > SHOWN_BYTES // 2:
        some.pop()
    return some


if __name__ == '__main__':
    sys.exit(main())
