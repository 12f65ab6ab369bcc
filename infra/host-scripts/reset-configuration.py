"""Puts a configuration file back from its backup, keeping first the one it replaces. May be repeated.

The procedure's `cp config/backup/pipeline_config.json config/pipeline_config.json`.

    SSM_From   config/backup/pipeline_config.json, in the tree
    SSM_To     config/pipeline_config.json, in the tree

In quarantine: files/ with the replaced one under its path. `lost` is true where that copy is gone or reads differently.
"""

import json
import os
import shutil
import sys

from shared.copies import digest, fsync
from shared.git_tree import give_to_owner
from shared.quarantine import bring_back, keep_file, lost_copies, note, own_quarantine
from shared.settings import inside, planning, tree_folder


def main():
    backup, target = inside('SSM_From'), inside('SSM_To')
    if not os.path.isfile(backup):
        raise SystemExit('There is no backup %s in the tree; nothing was touched' % os.environ['SSM_From'])
    if os.path.lexists(target) and not os.path.isfile(target):
        raise SystemExit('%s is not a file; nothing was touched' % os.environ['SSM_To'])
    wanted = digest(backup)
    if planning():
        print(json.dumps({'would_take': {'files': would_replace(target, wanted)}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    if not os.path.exists(target) or digest(target) != wanted:
        keep(quarantine, target, wanted)
        put(backup, target)
    if digest(target) != wanted:
        raise SystemExit('%s does not read as its backup does' % os.environ['SSM_To'])
    report = {'file': os.environ['SSM_To'], 'sha256': wanted, 'quarantine': quarantine, 'restore': bring_back()}
    print(json.dumps({**report, 'lost': bool(lost_copies(quarantine))}, sort_keys=True))


def would_replace(target, wanted):
    there = os.path.exists(target) and digest(target) != wanted
    return {'count': int(there), 'bytes': os.stat(target).st_size if there else 0}


def keep(quarantine, target, wanted):
    name = os.path.relpath(target, tree_folder())
    if os.path.exists(target):
        keep_file(quarantine, target, name, name, left=wanted)
    else:
        note(quarantine, absent=name, left=wanted)


def put(backup, target):
    """The whole file or the old one; the old one's mode, owned as the tree is."""
    part = os.path.join(os.path.dirname(target), '.%s.rollback' % os.path.basename(target))
    shutil.copyfile(backup, part)
    os.chmod(part, os.stat(target if os.path.exists(target) else backup).st_mode & 0o777)
    give_to_owner(part, tree_folder())
    fsync(part)
    os.replace(part, target)
    fsync(os.path.dirname(target))


if __name__ == '__main__':
    sys.exit(main())
