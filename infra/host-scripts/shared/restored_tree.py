"""The git tree that a step moved to another version, for restore.py."""

import json
import os

from shared.beneath import beneath
from shared.content import changed, entries_of
from shared.copies import write_durably
from shared.folders import is_folder, kept_folders, preserved_folders, refuse_in_the_way
from shared.git import git, head
from shared.git_tree import changing, make_way
from shared.modes import give_modes, kept_modes, modes_now, own_files_mode, private
from shared.restored_files import NO_FILE, Files, content_at, make_at_once
from shared.rights import open_file, root_rights
from shared.settings import own_file, tree_folder
from shared.states import GONE, NEWER, THERE, state_of
from shared.survey import survey, survey_objects


class Tree(Files):
    """A git tree at another version: restores its former version, then the files that had been changed in it."""

    def __init__(self, quarantine, found, tree):
        super().__init__(quarantine, found)
        self.tree = tree

    def inspect(self):
        """Compares each file with its copy, else with the former version. Files of the target version are not newer."""
        was, target = self.as_in(self.tree['commit']), self.as_in(self.tree['target'])
        found, folders = {}, kept_folders(self.quarantine)
        for name in sorted({*was, *target, *self.copies, *self.absent}):
            now = file_at(name)
            if name in folders:
                there = is_folder(os.path.join(tree_folder(), name))
            elif name in self.copies:
                there = now == self.copies[name]['sha256']
            else:
                there = now is None if name in self.absent or name not in was else was[name]
            may_go = now in (None, self.tree['left'].get(name)) or was.get(name) or target.get(name)
            found[name] = THERE if there else GONE if may_go else NEWER
            if not there:
                refuse_in_the_way(os.path.join(tree_folder(), name))
        return {**self.inspect_head(), **({'the modes of its files': GONE} if modes_of_killed() is not None else {}), **found}

    def replaceable(self):
        return {name for name, as_target in self.as_in(self.tree['target']).items() if as_target}

    def inspect_head(self):
        if self.tree['paths'] != ['.']:
            return {}
        return {'the tree itself': state_of(head(tree_folder()), self.tree['commit'], self.tree['target'])}

    def as_in(self, commit):
        """Returns, for each file of the commit on the step's paths, whether it equals the commit."""
        paths = self.tree['paths']
        different = set(changed(tree_folder(), commit, paths, strict=False))
        return {entry.name: entry.name not in different for entry in entries_of(tree_folder(), commit, paths)}

    def bring_back(self, states):
        tree, commit, paths = tree_folder(), self.tree['commit'], self.tree['paths']
        survey_objects(tree, commit, paths)
        survey(tree, commit, paths, changed(tree, commit, paths, strict=False))
        self.keep_newer(states)
        wanted = modes_of_killed()
        if wanted is None:
            wanted = {**modes_now(tree, commit, paths), **(kept_modes(self.quarantine) or {})}
        write_durably(own_file('.modes'), json.dumps(wanted).encode())
        with changing(own_file('.git')), preserved_folders(self.quarantine), private():
            make_way(tree, commit, changed(tree, commit, paths, strict=False))
            self.check_out()
        give_modes(tree, commit, paths, wanted)
        with root_rights():
            os.unlink(own_file('.modes'))
        self.place(states)

    def place(self, names):
        """Places copies. A folder that was in the place of a tracked file first replaces what git has just written."""
        written = {entry.name for entry in entries_of(tree_folder(), self.tree['commit'], self.tree['paths'])}
        for name, folder in kept_folders(self.quarantine).items():
            path = os.path.join(tree_folder(), name)
            if name in written and not is_folder(path):
                with beneath(path) as safe:
                    if os.path.lexists(safe):
                        os.unlink(safe)
                    make_at_once(safe, folder)
        super().place(names)

    def check_out(self):
        commit, branch, paths = self.tree['commit'], self.tree['branch'], self.tree['paths']
        tree = tree_folder()
        if paths != ['.']:
            chosen = ['--no-overlay', commit, '--', *paths]
        elif branch and git(tree, 'rev-parse', 'refs/heads/' + branch).decode().strip() == commit:
            chosen = ['--force', branch, '--']
        else:
            chosen = ['--force', '--detach', commit, '--']
        git(tree, 'checkout', '--quiet', *chosen, settings=[own_files_mode(tree)])


def modes_of_killed():
    """Returns the modes that a killed restore was about to give; None if it was not killed there."""
    with root_rights():
        if not os.path.exists(own_file('.modes')):
            return None
        with open_file(own_file('.modes')) as file:
            return json.load(file)


def file_at(name):
    """Returns the hash of a file of the tree. git has no file behind a link in the place of a folder."""
    folder = os.path.dirname(os.path.join(tree_folder(), name))
    found = content_at(name) if os.path.realpath(folder) == folder else None
    return None if found == NO_FILE else found
