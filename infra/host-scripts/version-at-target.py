"""Checks whether the host's tree and flags are at the target. Changes nothing, and may run at any time. Therefore it
also runs in a plan (SSM_Mode).

    SSM_Target   the tag
    SSM_Paths    paths that the runbook restores, separated by spaces; `.` for the whole tree; empty: no code changes
    SSM_Copies   from>to pairs, separated by spaces; may be empty
    SSM_Commit   the commit that the rollback has frozen for all hosts; may be empty
    SSM_FlagFolder, SSM_Flags   as in shared/flags.py; may be absent
    SSM_Build, SSM_Process   as in shared/running.py; may be absent
    SSM_Services   advanced-monitoring=stopped basic-monitoring=active, separated by spaces; may be absent

A host is at the target if those paths equal the tag, the tag names that commit, every copied file equals its source as tagged, every flag is
effective as the runbook sets it, every service is and stays as a step left it, and the process is known to run that code. Exits 0 if the check was possible;
`at_target` holds the result.
"""

import json
import sys

from shared.flags import effective_flags, flag_mismatches, wanted_flags
from shared.git_tree import version
from shared.mover import last_mover
from shared.rights import by_owner, root_rights
from shared.running import running_problems
from shared.services import settled
from shared.settings import required, tree_folder, words
from shared.target import differences, moved_from, read_target

# So many names always fit the wrapper's line of 2,000 bytes.
SHOWN_PATHS = 5
SHOWN_BYTES = 1200


def main():
    target = read_target() if words('SSM_Paths') else None
    different = differences(*target) if target else []
    flags = flag_mismatches(effective_flags()) if wanted_flags() else []
    services = service_problems()
    moved = target and moved_from(target[1])
    running = running_problems(target[0], target[1] if target[2] == ['.'] else None) if target else []
    at_target = not (moved or different or flags or services or running)
    report = {
        'version': seen_version(required('SSM_Target'), at_target),
        'at_target': at_target,
        'different': len(different),
        'differences': shown(different),
        'flags': shown(flags),
        # Of the tag, for which all hosts must have one commit (domain/host/target-commit.ts).
        **({'tag': required('SSM_Target'), 'commit': target[1]} if target else {}),
        **({'frozen': moved} if moved else {}),
        **({'moved_by': last_mover(tree_folder())} if different else {}),
        **({'running': shown(running)} if running else {}),
        **({'services': shown(services)} if words('SSM_Services') else {}),
    }
    print(json.dumps(report, sort_keys=True))


def service_problems():
    """Returns a sentence per service that is not as wanted: `basic-monitoring is failed, not active`."""
    wanted = dict(pair.split('=', 1) for pair in words('SSM_Services'))
    with root_rights():
        return list(settled(wanted)[1].values()) if wanted else []


def seen_version(target, at_target):
    """Returns the target's name only if the host is at it. Otherwise `-dirty` follows the name, as in git describe."""
    if at_target:
        return target
    described = version(tree_folder())
    return described + '-dirty' if described == target else described


def shown(found):
    some = found[:SHOWN_PATHS]
    while len(json.dumps(some)) > SHOWN_BYTES // 3:  # of paths, flags and services a third each; there are two sentences about the process at most
        some.pop()
    return some


if __name__ == '__main__':
    sys.exit(by_owner(main))
