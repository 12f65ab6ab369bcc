"""The files and folders that a step took away or replaced, for restore.py and restore-tree.py."""

import hashlib
import os
import shutil
import stat

from shared.beneath import beneath, is_inside
from shared.copies import copy_file, digest, flush_file_systems, keep_copy
from shared.folders import (
    files_below, folder_at, is_folder, kept_folders, make_folders, refuse_in_the_way, set_folder
)
from shared.rights import rights_for
from shared.settings import required, tree_folder
from shared.states import GONE, NEWER, THERE, state_of

BATCH_FILES = 500
# Something in the place of a file that is none: a folder, a pipe.
NO_FILE = 'no file'


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
            make_folders(path)
            with beneath(path) as safe:
                if os.path.lexists(safe) and not is_folder(safe):
                    keep_newer(self.quarantine, name, safe)
                if is_folder(safe):
                    set_folder(safe, folder)
                else:
                    make_at_once(safe, folder)


def make_at_once(path, folder):
    """Makes a folder that has its mode and owner from the first, whenever this is killed."""
    part = hidden(path)
    os.makedirs(part, exist_ok=True)
    set_folder(part, folder)
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
        now = {name: content_at(name) for name in wanted}
        folders = kept_folders(self.quarantine)
        for name in sorted(wanted):
            if now[name] != wanted[name]:
                refuse_obstacle(name, folders)
        # A missing file is never newer, whatever the step left.
        return {name: state_of(now[name], wanted[name], now[name] and left[name]) for name in sorted(wanted)}

    def replaceable(self):
        """Returns the files that a restored folder may replace."""
        return set()

    def bring_back(self, states):
        self.keep_newer(states)
        self.place([name for name, state in states.items() if state != THERE])

    def keep_newer(self, states):
        for name, state in states.items():
            if state == NEWER and content_at(name):
                with beneath(os.path.join(tree_folder(), name)) as safe:
                    keep_newer(self.quarantine, name, safe)

    def place(self, names):
        for name in names:
            path = os.path.join(tree_folder(), name)
            if name in self.absent and name not in self.copies and os.path.lexists(path):
                with beneath(path) as safe:
                    os.unlink(safe)
        place_copies(self.quarantine, {name: self.copies[name]['copy'] for name in names if name in self.copies})


def content_at(name):
    """Returns the hash of a file or link, NO_FILE for anything else, and None if nothing is there."""
    path = os.path.join(tree_folder(), name)
    if not is_inside(path) or not os.path.isdir(os.path.dirname(path)) or not os.path.lexists(path):
        return None
    with beneath(path) as safe:
        mode = os.lstat(safe).st_mode
        return digest(safe) if stat.S_ISLNK(mode) or stat.S_ISREG(mode) else NO_FILE


def refuse_obstacle(name, folders):
    """Refuses a file that cannot be placed, or whose place holds what cannot be copied."""
    path = os.path.join(tree_folder(), name)
    if not is_inside(path):
        raise SystemExit('%s leads out of the tree; nothing was touched. Remove the link on the way' % name)
    refuse_in_the_way(path)
    above = os.path.dirname(name)
    while above:
        at = os.path.join(tree_folder(), above)
        if os.path.lexists(at) and not os.path.isdir(at) and above not in folders:
            raise SystemExit('%s is in the way of %s; nothing was touched. Move it away' % (above, name))
        above = os.path.dirname(above)


def keep_newer(quarantine, name, path):
    """Copies what is at a path to overwritten/NAME and removes it."""
    target, part = os.path.join(quarantine, 'overwritten', name), os.path.join(quarantine, 'copying')
    if is_folder(path):
        for file in files_below(path):
            keep_copy(os.path.join(path, file), os.path.join(target, file), part)
        shutil.rmtree(path)
        return
    keep_copy(path, target, part)
    os.unlink(path)


def place_copies(quarantine, copies):
    """Places copies by name, some at a time and each at once, with the mode and the owner that they kept."""
    names, first = sorted(copies), {}
    for at in range(0, len(names), BATCH_FILES):
        batch = names[at:at + BATCH_FILES]
        for name in batch:
            make_folders(os.path.join(tree_folder(), name))
            with beneath(os.path.join(tree_folder(), name)) as path:
                write_part(os.path.join(quarantine, copies[name]), hidden(path), name, first)
        flush_file_systems([os.path.dirname(os.path.join(tree_folder(), name)) for name in batch])
        for name in batch:
            with beneath(os.path.join(tree_folder(), name)) as path:
                os.replace(hidden(path), path)
    flush_file_systems([tree_folder()])


def write_part(copy, part, name, first):
    """Writes a copy to a name beside its place. `first` remembers names by inode: links of one another are so again."""
    if os.path.lexists(part):
        os.unlink(part)  # of a killed restore
    with rights_for(copy):
        inode = os.lstat(copy).st_ino
    if inode not in first:
        copy_file(copy, part)
        first[inode] = name
        return
    with beneath(os.path.join(tree_folder(), first[inode])) as other:
        os.link(hidden(other) if os.path.lexists(hidden(other)) else other, part, follow_symlinks=False)


def hidden(path):
    """Returns a name beside a path, short and nobody else's, that a repeated restore uses again."""
    own = required('SSM_RollbackId') + '/' + os.path.basename(path)
    name = '.rollback-' + hashlib.sha256(os.fsencode(own)).hexdigest()[:16]
    return os.path.join(os.path.dirname(path), name)
