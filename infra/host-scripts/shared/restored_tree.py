"""The git tree that a step moved to another version, for restore.py."""

import os

from shared.content import changed, entries_of
from shared.folders import preserved_folders
from shared.git import git, head
from shared.git_tree import changing, make_way
from shared.restored_files import NO_FILE, Files, content_at
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
        found = {}
        for name in sorted({*was, *target, *self.copies, *self.absent}):
            now = file_at(name)
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
        different = set(changed(tree_folder(), commit, paths, strict=False))
        return {entry.name: entry.name not in different for entry in entries_of(tree_folder(), commit, paths)}

    def bring_back(self, states):
        tree, commit, paths = tree_folder(), self.tree['commit'], self.tree['paths']
        survey_objects(tree, commit, paths)
        survey(tree, commit, paths, changed(tree, commit, paths, strict=False))
        self.keep_newer(states)
        with changing(own_file('.git')), preserved_folders(self.quarantine):
            make_way(tree, commit, changed(tree, commit, paths, strict=False))
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


def file_at(name):
    """Returns the hash of a file of the tree. git has no file behind a link in the place of a folder."""
    folder = os.path.dirname(os.path.join(tree_folder(), name))
    found = content_at(name) if os.path.realpath(folder) == folder else None
    return None if found == NO_FILE else found
