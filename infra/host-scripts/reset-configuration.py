"""Restores a configuration file from its backup, and copies the replaced file to quarantine first. May be repeated.

In the procedure: `cp config/backup/pipeline_config.json config/pipeline_config.json`.

    SSM_From   config/backup/pipeline_config.json, in the tree
    SSM_To     config/pipeline_config.json, in the tree

In quarantine: files/ with the replaced file under its path. `lost` is true if that copy is missing or changed.
"""

import json
import os
import sys

from shared.copies import digest, replace_file
from shared.protected import refuse_protected
from shared.quarantine import keep_file, lost_copies, note, own_quarantine, restore_hint
from shared.rights import by_owner, open_file
from shared.settings import inside, planning, tree_folder


def main():
    backup, target = inside('SSM_From'), inside('SSM_To')
    refuse_protected([target])
    if not os.path.isfile(backup):
        message = 'There is no backup %s in the tree; nothing was touched. Add it or correct From in the runbook'
        raise SystemExit(message % os.environ['SSM_From'])
    if os.path.lexists(target) and not os.path.isfile(target):
        raise SystemExit('%s is not a file; nothing was touched. Remove it, then retry' % os.environ['SSM_To'])
    wanted = digest(backup)
    if planning():
        print(json.dumps({'would_take': {'files': would_replace(target, wanted)}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    if not os.path.exists(target) or digest(target) != wanted:
        keep(quarantine, target, wanted)
        with open_file(backup) as file:
            replace_file(target, file.read(), os.fstat(file.fileno()).st_mode & 0o777)
    if digest(target) != wanted:
        raise SystemExit('%s differs from its backup after the copy; stop its writer and retry' % os.environ['SSM_To'])
    report = {'file': os.environ['SSM_To'], 'sha256': wanted, 'quarantine': quarantine, 'restore': restore_hint()}
    print(json.dumps({**report, 'lost': bool(lost_copies(quarantine))}, sort_keys=True))


def would_replace(target, wanted):
    there = os.path.exists(target) and digest(target) != wanted
    return {'count': int(there), 'bytes': os.stat(target).st_size if there else 0}


def keep(quarantine, target, wanted):
    name = os.path.relpath(target, tree_folder())
    if os.path.exists(target):
        keep_file(quarantine, target, name, {'from': name, 'left': wanted})
    else:
        note(quarantine, absent=name, left=wanted)


if __name__ == '__main__':
    sys.exit(by_owner(main))
