"""Restores everything that a step took away on this host: files, rows, keys, the tree.

A person starts this script. It may be repeated.

    SSM_RollbackId   the rollback
    SSM_Of           its step, such as clear-signal-cache
    SSM_Overwrite    no; yes: also replaces newer content, which is copied to quarantine first
    SSM_Redis        the host's Redis, if it has one

Each item is either `there` (as before the step), `gone` (as the step left it) or `newer` (anything else). The script
inspects everything first, and restores the rows in a trial. It changes nothing if a copy is damaged, if rows would be
refused, or if an item is newer and SSM_Overwrite is no. It inspects everything again afterwards. The quarantine stays
unchanged, except that SSM_Overwrite=yes adds the newer content as overwritten/ and overwritten-*.jsonl.
"""

import json
import os
import sys

from shared.git_tree import unlock_after_kill
from shared.protected import refuse_protected
from shared.quarantine import intact, notes, quarantine_of
from shared.restored_files import Files, Folders, content_at
from shared.restored_keys import Keys
from shared.restored_rows import Rows
from shared.restored_tree import Tree
from shared.rights import by_owner, root_rights
from shared.settings import own_file, planning, required, tree_folder
from shared.states import GONE, NEWER, OVER, THERE

SHOWN_CHARACTERS = 100


def main():
    if required('SSM_Overwrite') not in ('yes', 'no'):
        raise SystemExit('SSM_Overwrite must be yes or no, found %s; start restore again' % os.environ['SSM_Overwrite'])
    quarantine = quarantine_of(required('SSM_Of'))
    if not planning():
        unlock_after_kill(tree_folder(), own_file('.git'))
    kinds = kinds_of(quarantine)
    before = [kind.inspect() for kind in kinds]
    newer = [name for states in before for name, state in states.items() if state in (NEWER, OVER)]
    if newer and os.environ['SSM_Overwrite'] == 'no':
        message = 'Newer than their copies: %d, first %s; nothing was touched. %sTo replace them, set Overwrite to yes'
        raise SystemExit(message % (len(newer), newer[0][:SHOWN_CHARACTERS], later_step(quarantine, newer)))
    if planning():
        planned = report(before, newer)
        print(json.dumps({'would_bring_back': planned['brought_back'], 'would_overwrite': planned['overwritten']}))
        return
    for kind, states in zip(kinds, before):
        if set(states.values()) - {THERE}:
            kind.bring_back(states)
    wrong = [name for kind in kinds for name, state in kind.inspect().items() if state != THERE]
    if wrong:
        message = 'Not restored: %d, first %s. Stop their writers and check triggers, then start restore again'
        raise SystemExit(message % (len(wrong), wrong[0][:SHOWN_CHARACTERS]))
    print(json.dumps(report(before, newer), sort_keys=True))


def report(before, newer):
    found = [state for states in before for state in states.values()]
    back = found.count(GONE) + found.count(NEWER)
    return {'brought_back': back, 'were_there': found.count(THERE), 'overwritten': len(newer)}


def kinds_of(quarantine):
    found = notes(quarantine)
    if not found:
        message = '%s took nothing away in %s; set Of to a step that did: %s'
        raise SystemExit(message % (required('SSM_Of'), required('SSM_RollbackId'), steps_beside(quarantine)))
    refuse_protected([one[key] for one in found for key in ('from', 'absent', 'database') if key in one])
    damaged = [one['copy'] for one in found if 'copy' in one and not intact(quarantine, one)]
    if damaged:
        message = 'Damaged copies: %d, first %s; nothing was touched. Restore them from a backup of this host'
        raise SystemExit(message % (len(damaged), damaged[0]))
    tree = next((one['tree'] for one in found if 'tree' in one), None)
    files = Tree(quarantine, found, tree) if tree else Files(quarantine, found)
    # Rows first: more may speak against them, and a restore that fails then has touched nothing.
    databases = sorted({one['database'] for one in found if 'table' in one})
    rows = [Rows(quarantine, name, [one for one in found if one.get('database') == name]) for name in databases]
    return rows + [Keys(quarantine, one) for one in found if 'keys' in one] + [Folders(quarantine, files), files]


@root_rights()
def steps_beside(quarantine):
    folder = os.path.dirname(quarantine)
    return ', '.join(sorted(os.listdir(folder)) if os.path.isdir(folder) else []) or 'none'


def later_step(quarantine, newer):
    """Returns a sentence that names a later step of this rollback if that step wrote the newer content; else ''."""
    folder, own = os.path.split(quarantine)
    now = {name: content_at(name) for name in newer}
    with root_rights():
        steps = os.listdir(folder)
    for step in sorted(set(steps) - {own}):
        left = {one.get('from', one.get('absent')): one.get('left') for one in notes(os.path.join(folder, step))}
        if any(content and left.get(name) == content for name, content in now.items()):
            return 'The later step %s wrote it: restore that step first. ' % step
    return ''


if __name__ == '__main__':
    sys.exit(by_owner(main))
