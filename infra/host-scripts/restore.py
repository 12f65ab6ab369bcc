"""Restores everything that a step took away on this host: files, rows, keys, the tree.

A person starts this script. It may be repeated.

    SSM_RollbackId   the rollback
    SSM_Of           its step, such as clear-signal-cache
    SSM_Overwrite    no; yes: also replaces newer content, which is copied to quarantine first
    SSM_Redis        the host's Redis, if it has one

Each item is either `there` (as before the step), `gone` (as the step left it) or `newer` (anything else). The script
inspects everything first. It changes nothing if a copy is damaged, or if an item is newer and SSM_Overwrite is no. It
inspects everything again afterwards. The quarantine stays unchanged, except that SSM_Overwrite=yes adds the newer
content as overwritten/ and overwritten-*.jsonl.
"""

import json
import os
import sys

from shared.copies import copy_durably, digest, fsync, keep_copy
from shared.folders import folder_at, is_folder, kept_folders, preserved_folders, set_mode_and_owner
from shared.git_tree import changed, changing, git, give_to_owner, head, names, unlock_after_kill
from shared.keys import connected, dump_line, key_content, put_back
from shared.quarantine import export, exported, intact, notes, quarantine_of
from shared.restored_rows import Rows
from shared.settings import own_file, planning, required, tree_folder
from shared.states import GONE, NEWER, OVER, THERE, state_of

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


def steps_beside(quarantine):
    folder = os.path.dirname(quarantine)
    return ', '.join(sorted(os.listdir(folder)) if os.path.isdir(folder) else []) or 'none'


def later_step(quarantine, newer):
    """Returns a sentence that names a later step of this rollback if that step wrote the newer content; else ''."""
    folder, own = os.path.split(quarantine)
    now = {name: content_of(name) for name in newer}
    for step in sorted(set(os.listdir(folder)) - {own}):
        left = {one.get('from', one.get('absent')): one.get('left') for one in notes(os.path.join(folder, step))}
        if any(content and left.get(name) == content for name, content in now.items()):
            return 'The later step %s wrote it: restore that step first. ' % step
    return ''


class Folders:
    """Folders that were removed with their files, and empty ones. A folder that exists again keeps its new mode."""

    def __init__(self, quarantine, files):
        self.quarantine, self.files = quarantine, files
        self.folders = kept_folders(quarantine)

    def inspect(self):
        replaceable = self.files.replaceable() if self.folders else ()
        return {name + '/': self.state(name, replaceable) for name in self.folders}

    def state(self, name, replaceable):
        path = os.path.join(tree_folder(), name)
        if not os.path.lexists(path):
            return GONE
        if not is_folder(path):
            return GONE if name in replaceable else NEWER
        as_before = folder_at(path)['mode'] == self.folders[name]['mode']
        return THERE if as_before or os.environ['SSM_Overwrite'] == 'no' else NEWER

    def bring_back(self, states):
        for name, folder in self.folders.items():
            path = os.path.join(tree_folder(), name)
            if states[name + '/'] == THERE:
                continue
            if os.path.lexists(path) and not is_folder(path):
                target = os.path.join(self.quarantine, 'overwritten', name)
                keep_copy(path, target, os.path.join(self.quarantine, 'copying'))
                os.unlink(path)
            self.make(path, folder)

    def make(self, path, folder):
        if is_folder(path):
            set_mode_and_owner(path, folder)
            return
        make_folder(os.path.dirname(path))
        part = os.path.join(os.path.dirname(path), '.%s.restored' % os.path.basename(path))
        os.makedirs(part, exist_ok=True)
        set_mode_and_owner(part, folder)  # before the rename: a killed restore then leaves no folder with a wrong mode
        os.rename(part, path)


class Files:
    """Files that were moved or replaced. Of two copies for one path, the later copy is the newer file."""

    def __init__(self, quarantine, found):
        self.quarantine = quarantine
        self.copies = {one['from']: one for one in found if 'from' in one}
        self.absent = {one['absent']: one for one in found if 'absent' in one}

    def inspect(self):
        wanted = {**{name: None for name in self.absent}, **{name: one['sha256'] for name, one in self.copies.items()}}
        left = {name: one.get('left') for name, one in {**self.absent, **self.copies}.items()}
        now = {name: content_of(name) for name in wanted}
        # A missing file is never newer, whatever the step left.
        return {name: state_of(now[name], wanted[name], now[name] and left[name]) for name in sorted(wanted)}

    def replaceable(self):
        """Returns the files that a restored folder may replace."""
        return set()

    def bring_back(self, states):
        for name, state in states.items():
            self.keep_newer(name, state)
        self.place([name for name, state in states.items() if state != THERE])

    def keep_newer(self, name, state):
        path = os.path.join(tree_folder(), name)
        if state == NEWER and content_of(name):
            target = os.path.join(self.quarantine, 'overwritten', name)
            keep_copy(path, target, os.path.join(self.quarantine, 'copying'))

    def place(self, names_to_place):
        for name in names_to_place:
            path = os.path.join(tree_folder(), name)
            if name in self.copies:
                place_copy(os.path.join(self.quarantine, self.copies[name]['copy']), path)
            elif name in self.absent and os.path.lexists(path):
                os.unlink(path)


class Tree(Files):
    """A git tree at another version: restores its former version, then the files that had been changed in it."""

    def __init__(self, quarantine, found, tree):
        super().__init__(quarantine, found)
        self.tree = tree

    def inspect(self):
        """Compares each file with its copy, else with the former version. Files of the target version are not newer."""
        was, target = self.as_in(self.tree['commit']), self.as_in(self.tree['target'])
        found = {}
        for name in sorted({*was, *target, *self.copies, *self.absent}):
            now = content_of(name)
            if name in self.copies:
                there = now == self.copies[name]['sha256']
            else:
                there = now is None if name in self.absent or name not in was else was[name]
            may_go = now in (None, self.tree['left'].get(name)) or was.get(name) or target.get(name)
            found[name] = THERE if there else GONE if may_go else NEWER
        return {**self.inspect_head(), **found}

    def replaceable(self):
        return {name for name, as_target in self.as_in(self.tree['target']).items() if as_target}

    def inspect_head(self):
        if self.tree['paths'] != ['.']:
            return {}
        return {'the tree itself': state_of(head(tree_folder()), self.tree['commit'], self.tree['target'])}

    def as_in(self, commit):
        """Returns, for each file of the commit on the step's paths, whether it equals the commit."""
        paths = self.tree['paths']
        different = set(changed(tree_folder(), commit, paths))
        there = names(git(tree_folder(), 'ls-tree', '-r', '-z', '--name-only', commit, '--', *literal(paths)))
        return {name: name not in different for name in there}

    def bring_back(self, states):
        for name, state in states.items():
            self.keep_newer(name, state)
        with changing(own_file('.git')), preserved_folders(self.quarantine):
            self.check_out()
        self.place(states)

    def check_out(self):
        commit, branch, paths = self.tree['commit'], self.tree['branch'], self.tree['paths']
        tree = tree_folder()
        if paths != ['.']:
            git(tree, 'checkout', '--quiet', '--no-overlay', commit, '--', *paths)
        elif branch and git(tree, 'rev-parse', 'refs/heads/' + branch).decode().strip() == commit:
            git(tree, 'checkout', '--quiet', '--force', branch, '--')
        else:
            git(tree, 'checkout', '--quiet', '--force', '--detach', commit, '--')


class Keys:
    """Keys of Redis, each restored with its time to live."""

    def __init__(self, quarantine, note):
        self.quarantine, self.note = quarantine, note

    def inspect(self):
        with connected() as redis:
            if redis is None:
                message = 'There is no Redis at %s; start it, then start restore again'
                raise SystemExit(message % os.environ['SSM_Redis'])
            return {
                'key ' + line['key']: state_of(key_content(redis, line['key']), line['content'], None)
                for line in exported(self.quarantine, self.note)
            }

    def bring_back(self, states):
        lines = list(exported(self.quarantine, self.note))
        with connected() as redis:
            newer = (dump_line(redis, line['key']) for line in lines if states['key ' + line['key']] == NEWER)
            export(self.quarantine, 'overwritten-keys.jsonl', filter(None, newer))
            for line in lines:
                if states['key ' + line['key']] != THERE:
                    put_back(redis, line)


def literal(paths):
    return [] if paths == ['.'] else paths


def content_of(name):
    path = os.path.join(tree_folder(), name)
    return digest(path) if os.path.islink(path) or os.path.isfile(path) else None


def place_copy(copy, path):
    """Places a copy in one step, with the mode and the owner that it kept."""
    make_folder(os.path.dirname(path))
    part = os.path.join(os.path.dirname(path), '.%s.restored' % os.path.basename(path))
    if os.path.lexists(part):
        os.unlink(part)
    copy_durably(copy, part)
    os.replace(part, path)
    fsync(os.path.dirname(path))


def make_folder(path):
    if not os.path.isdir(path):
        make_folder(os.path.dirname(path))
        os.mkdir(path)
        give_to_owner(path, tree_folder())


if __name__ == '__main__':
    sys.exit(main())
