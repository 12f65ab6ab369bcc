"""Brings back what a step took away from this host: files, rows, keys, the tree. A person starts it; may be repeated.

    SSM_RollbackId   the rollback
    SSM_Of           its step, such as clear-signal-cache
    SSM_Overwrite    no; yes: also where something newer stands in the way, which is kept in quarantine first
    SSM_Redis        the host's Redis, if it has one

Looks at everything first: where a copy is damaged, or something stands in the way that is neither as it was nor as the
step left it, nothing is touched. Afterwards it looks again. The quarantine stays as it is; with SSM_Overwrite=yes it
gains overwritten/ and overwritten-*.jsonl, what stood in the way.
"""

import json
import os
import sys

from shared.copies import copy_durably, digest, fsync, keep_copy
from shared.folders import as_they_are, folder_at, is_folder, kept_folders, make_so
from shared.git_tree import changed, changing, git, give_to_owner, head, names, unlock_after_kill
from shared.keys import connected, dump_line, key_content, put_back
from shared.quarantine import export, exported, intact, notes, quarantine_of
from shared.rows import row_at, row_line, set_row, writing
from shared.settings import own_file, planning, required, tree_folder

THERE, GONE, NEWER = 'there', 'gone', 'newer'
SHOWN_CHARACTERS = 100


def main():
    if required('SSM_Overwrite') not in ('yes', 'no'):
        raise SystemExit('SSM_Overwrite must be yes or no, found %s' % os.environ['SSM_Overwrite'])
    quarantine = quarantine_of(required('SSM_Of'))
    if not planning():
        unlock_after_kill(tree_folder(), own_file('.git'))
    kinds = kinds_of(quarantine)
    before = [kind.look() for kind in kinds]
    newer = [name for look in before for name, state in look.items() if state == NEWER]
    if newer and os.environ['SSM_Overwrite'] == 'no':
        message = '%d newer than what was taken away, first %s; nothing was touched. %sOverwrite yes takes its place'
        raise SystemExit(message % (len(newer), newer[0][:SHOWN_CHARACTERS], later_step(quarantine, newer)))
    if planning():
        planned = report(before, newer)
        print(json.dumps({'would_bring_back': planned['brought_back'], 'would_overwrite': planned['overwritten']}))
        return
    for kind, look in zip(kinds, before):
        if set(look.values()) - {THERE}:
            kind.bring_back(look)
    wrong = [name for kind in kinds for name, state in kind.look().items() if state != THERE]
    if wrong:
        raise SystemExit('%d are not as they were, first %s' % (len(wrong), wrong[0][:SHOWN_CHARACTERS]))
    print(json.dumps(report(before, newer), sort_keys=True))


def report(before, newer):
    states = [state for look in before for state in look.values()]
    there = states.count(THERE)
    return {'brought_back': len(states) - there, 'were_there': there, 'overwritten': len(newer)}


def kinds_of(quarantine):
    found = notes(quarantine)
    if not found:
        message = '%s took nothing away in %s; %s did'
        raise SystemExit(message % (required('SSM_Of'), required('SSM_RollbackId'), steps_beside(quarantine)))
    damaged = [one['copy'] for one in found if 'copy' in one and not intact(quarantine, one)]
    if damaged:
        raise SystemExit('%d copies are damaged, first %s; nothing was touched' % (len(damaged), damaged[0]))
    tree = next((one['tree'] for one in found if 'tree' in one), None)
    files = Tree(quarantine, found, tree) if tree else Files(quarantine, found)
    return (
        [Folders(quarantine, files), files]
        + [Rows(quarantine, one) for one in found if 'table' in one]
        + [Keys(quarantine, one) for one in found if 'keys' in one]
    )


def steps_beside(quarantine):
    folder = os.path.dirname(quarantine)
    return ', '.join(sorted(os.listdir(folder)) if os.path.isdir(folder) else []) or 'no step'


def later_step(quarantine, newer):
    """A sentence where what stands in the way is as another step of this rollback left it; else nothing."""
    folder, own = os.path.split(quarantine)
    now = {name: content_of(name) for name in newer}
    for step in sorted(set(os.listdir(folder)) - {own}):
        left = {one.get('from', one.get('absent')): one.get('left') for one in notes(os.path.join(folder, step))}
        if any(content and left.get(name) == content for name, content in now.items()):
            return 'The later step %s wrote it: bring that back first. ' % step
    return ''


def state_of(now, wanted, left):
    """`left` is what the step made of it."""
    if now == wanted:
        return THERE
    return GONE if now == left else NEWER


class Folders:
    """Folders that went with their files, and empty ones. One that is there again keeps the mode that it has now."""

    def __init__(self, quarantine, files):
        self.quarantine, self.files = quarantine, files
        self.folders = kept_folders(quarantine)

    def look(self):
        give_way = self.files.replaceable() if self.folders else ()
        return {name + '/': self.state(name, give_way) for name in self.folders}

    def state(self, name, give_way):
        path = os.path.join(tree_folder(), name)
        if not os.path.lexists(path):
            return GONE
        if not is_folder(path):
            return GONE if name in give_way else NEWER
        as_before = folder_at(path)['mode'] == self.folders[name]['mode']
        return THERE if as_before or os.environ['SSM_Overwrite'] == 'no' else NEWER

    def bring_back(self, look):
        for name, folder in self.folders.items():
            path = os.path.join(tree_folder(), name)
            if look[name + '/'] == THERE:
                continue
            if os.path.lexists(path) and not is_folder(path):
                keep_copy(path, os.path.join(self.quarantine, 'overwritten', name), os.path.join(self.quarantine, 'copying'))
                os.unlink(path)
            self.make(path, folder)

    def make(self, path, folder):
        if is_folder(path):
            make_so(path, folder)
            return
        make_folder(os.path.dirname(path))
        part = os.path.join(os.path.dirname(path), '.%s.restored' % os.path.basename(path))
        os.makedirs(part, exist_ok=True)
        make_so(part, folder)  # first, so that a restore that is killed leaves none with another mode
        os.rename(part, path)


class Files:
    """Files that were moved or replaced. Of two copies for one place the later one was there last."""

    def __init__(self, quarantine, found):
        self.quarantine = quarantine
        self.copies = {one['from']: one for one in found if 'from' in one}
        self.absent = {one['absent']: one for one in found if 'absent' in one}

    def look(self):
        wanted = {**{name: None for name in self.absent}, **{name: one['sha256'] for name, one in self.copies.items()}}
        left = {name: one.get('left') for name, one in {**self.absent, **self.copies}.items()}
        now = {name: content_of(name) for name in wanted}
        # Gone altogether is never in the way, whatever the step left.
        return {name: state_of(now[name], wanted[name], now[name] and left[name]) for name in sorted(wanted)}

    def replaceable(self):
        """Files that may stand where a folder was."""
        return set()

    def bring_back(self, look):
        for name, state in look.items():
            self.keep_newer(name, state)
        self.place([name for name, state in look.items() if state != THERE])

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
    """A git tree that was moved: its former version, then what had been changed in it."""

    def __init__(self, quarantine, found, tree):
        super().__init__(quarantine, found)
        self.tree = tree

    def look(self):
        """Expects the former version's file, or the copy; what the target has there may give way."""
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
        return {**self.look_at_head(), **found}

    def replaceable(self):
        return {name for name, as_target in self.as_in(self.tree['target']).items() if as_target}

    def look_at_head(self):
        if self.tree['paths'] != ['.']:
            return {}
        return {'the tree itself': state_of(head(tree_folder()), self.tree['commit'], self.tree['target'])}

    def as_in(self, commit):
        """Whether each of the commit's files, on the paths that the step restored, reads as the commit has it."""
        paths = self.tree['paths']
        different = set(changed(tree_folder(), commit, paths))
        there = names(git(tree_folder(), 'ls-tree', '-r', '-z', '--name-only', commit, '--', *literal(paths)))
        return {name: name not in different for name in there}

    def bring_back(self, look):
        for name, state in look.items():
            self.keep_newer(name, state)
        with changing(own_file('.git')), as_they_are(self.quarantine):
            self.check_out()
        self.place(look)

    def check_out(self):
        commit, branch, paths = self.tree['commit'], self.tree['branch'], self.tree['paths']
        tree = tree_folder()
        if paths != ['.']:
            git(tree, 'checkout', '--quiet', '--no-overlay', commit, '--', *paths)
        elif branch and git(tree, 'rev-parse', 'refs/heads/' + branch).decode().strip() == commit:
            git(tree, 'checkout', '--quiet', '--force', branch, '--')
        else:
            git(tree, 'checkout', '--quiet', '--force', '--detach', commit, '--')


class Rows:
    """The rows of one table, all of them or none."""

    def __init__(self, quarantine, note):
        self.quarantine, self.note = quarantine, note
        self.path = os.path.join(tree_folder(), note['database'])

    def look(self):
        with writing(self.path, self.note['database']) as connection:
            return {name: state for name, state, _, _ in self.states(connection)}

    def states(self, connection):
        for line in exported(self.quarantine, self.note):
            now = row_at(connection, self.note['table'], line['rowid'])
            state = state_of(now, line['row'], line.get('left'))
            yield 'row %d of %s' % (line['rowid'], self.note['table']), state, line, now

    def bring_back(self, _):
        table = self.note['table']
        with writing(self.path, self.note['database']) as connection:
            found = list(self.states(connection))
            newer = (row_line(now, line['rowid']) for _, state, line, now in found if state == NEWER and now)
            export(self.quarantine, 'overwritten-rows-%s.jsonl' % table, newer)
            for _, state, line, now in found:
                if state != THERE:
                    set_row(connection, table, line['rowid'], now, line['row'])


class Keys:
    """Keys of Redis, each with the time to live that it had."""

    def __init__(self, quarantine, note):
        self.quarantine, self.note = quarantine, note

    def look(self):
        with connected() as redis:
            if redis is None:
                raise SystemExit('There is no Redis at %s to take the keys' % os.environ['SSM_Redis'])
            return {
                'key ' + line['key']: state_of(key_content(redis, line['key']), line['content'], None)
                for line in exported(self.quarantine, self.note)
            }

    def bring_back(self, look):
        lines = list(exported(self.quarantine, self.note))
        with connected() as redis:
            newer = (dump_line(redis, line['key']) for line in lines if look['key ' + line['key']] == NEWER)
            export(self.quarantine, 'overwritten-keys.jsonl', filter(None, newer))
            for line in lines:
                if look['key ' + line['key']] != THERE:
                    put_back(redis, line)


def literal(paths):
    return [] if paths == ['.'] else paths


def content_of(name):
    path = os.path.join(tree_folder(), name)
    return digest(path) if os.path.islink(path) or os.path.isfile(path) else None


def place_copy(copy, path):
    """The whole file or none of it, with the mode and the owner that the copy kept."""
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
