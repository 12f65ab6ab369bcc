"""Compares the files of the tree with a commit: by content, as a checkout by the tree's owner would write them.

git itself compares what it would store, and trusts its index. So it finds no difference if a filter was not applied, if
a line ends otherwise, or if a bit in the index hides the file.

A commit is named by its hash, so what is in it never changes: git is asked for each part of it once per run. The
attributes that the owner sets outside of the commit are, like the settings, those of the first question.
"""

import atexit
import collections
import contextlib
import filecmp
import functools
import hashlib
import os
import posixpath
import shutil
import stat
import tempfile

from shared.git import git, git_folder, head, is_on, lines_of, literal, names, settings_of
from shared.rights import open_file, owner_rights

Entry = collections.namedtuple('Entry', 'mode hash name')
PROGRAM, LINK, SUBMODULE, FOLDER = '100755', '120000', '160000', '040000'

ATTRIBUTES = ('filter', 'eol', 'ident', 'working-tree-encoding')
UNUSED = ('unspecified', 'unset')
# So many files are written at a time, so that a large tree is never there twice.
WRITTEN_FILES = 500


def changed(tree, commit, paths, strict=True):
    """Returns the files that differ from the commit, and the tracked files that the commit does not have.

    If a file cannot be written as a checkout would, because its filter fails: fails too, or with strict=False counts
    the file as different.
    """
    with owner_rights():
        entries = entries_of(tree, commit, paths)
        known = {entry.name for entry in entries}
        place = Places(tree)
        tracked = names(git(tree, 'ls-files', '-z', '--', *paths))
        added = {name for name in tracked if name not in known and place.holds(name)}
        return sorted(added | different(tree, commit, entries, strict))


def entries_of(tree, commit, paths):
    return entries_at(tree, commit, tuple(literal(paths)))


@functools.lru_cache(maxsize=None)
def entries_at(tree, commit, paths):
    below = tuple(posixpath.normpath(path) for path in paths)
    return tuple(
        entry for entry in whole(tree, commit)
        if not below or entry.name in below or any(entry.name.startswith(path + '/') for path in below)
    )


@functools.lru_cache(maxsize=None)
def whole(tree, commit):
    """Returns all entries of a commit. git itself compares no folder of it with its hash."""
    inside = collections.defaultdict(list)
    for line in names(git(tree, 'ls-tree', '-r', '-t', '-z', '--full-tree', commit)):
        about, _, name = line.partition('\t')
        mode, _, content = about.split(' ')
        inside[os.path.dirname(name)].append(Entry(mode, content, name))
    text = git(tree, 'cat-file', 'commit', commit)
    refuse_damaged(b'commit', text, commit)
    folders = [Entry(FOLDER, text[5:5 + len(commit)].decode(), '')]
    found = []
    while folders:
        folder = folders.pop()
        refuse_damaged(b'tree', b''.join(map(stored, inside[folder.name])), folder.hash)
        folders += [entry for entry in inside[folder.name] if entry.mode == FOLDER]
        found += [entry for entry in inside[folder.name] if entry.mode != FOLDER]
    return tuple(sorted(found, key=lambda entry: entry.name))


def stored(entry):
    name = os.fsencode(os.path.basename(entry.name))
    return b'%s %s\0' % (entry.mode.lstrip('0').encode(), name) + bytes.fromhex(entry.hash)


def check_files(tree, commit, found):
    """Refuses files that are not what their hash says: git writes them as they are."""
    wanted = set(found)
    hashes = [entry.hash for entry in whole(tree, commit) if entry.name in wanted and entry.mode != SUBMODULE]
    output, at = git(tree, 'cat-file', '--batch', given=''.join(one + '\n' for one in hashes).encode()), 0
    for one in hashes:
        end = output.index(b'\n', at)
        about = output[at:end].split()
        if len(about) == 3:  # git refuses a missing one
            refuse_damaged(b'blob', output[end + 1:end + 1 + int(about[2])], one)
            end += 1 + int(about[2])
        at = end + 1


def refuse_damaged(kind, content, named):
    found = hasher(named, len(content), kind)
    found.update(content)
    if found.hexdigest() != named:
        raise SystemExit('The repository is damaged at object %s: git fsck names it; fetch it again' % named)


def different(tree, commit, entries, strict):
    place, outside = Places(tree), names_outside(tree, commit)
    present = [entry for entry in entries if entry.name not in outside or place.holds(entry.name)]
    converted, filters = conversions(tree, commit, present, strict)
    found = {
        entry.name for entry in present if entry.name not in converted and not (
            place.is_right(entry.name) and equals(os.path.join(tree, entry.name), entry)
        )
    }
    checkout = Checkout(tree, commit, filters if strict else ())
    for batch in batches([entry.name for entry in present if entry.name in converted]):
        with checkout.written(batch, strict) as folder:
            for name in batch:
                path = os.path.join(tree, name)
                if not (place.is_right(name) and same_file(os.path.join(folder, name), path)):
                    found.add(name)
    return found


def batches(found):
    return [found[at:at + WRITTEN_FILES] for at in range(0, len(found), WRITTEN_FILES)]


class Places:
    """Finds out which names lead through a link. git has no file there, whatever the link leads to."""

    def __init__(self, tree):
        self.tree, self.right = tree, {}

    def is_right(self, name):
        folder = os.path.dirname(os.path.join(self.tree, name))
        if folder not in self.right:
            self.right[folder] = os.path.realpath(folder) == folder
        return self.right[folder]

    def holds(self, name):
        return self.is_right(name) and os.path.lexists(os.path.join(self.tree, name))


def equals(path, entry):
    """Compares what is at a path with an entry that a checkout writes as it is stored."""
    if entry.mode == SUBMODULE:
        return submodule_equals(path, entry.hash)
    try:
        found = os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    if entry.mode == LINK:
        return stat.S_ISLNK(found.st_mode) and hash_of_link(path, entry.hash) == entry.hash
    if not stat.S_ISREG(found.st_mode) or is_program(found) != (entry.mode == PROGRAM):
        return False
    return hash_of_file(path, found.st_size, entry.hash) == entry.hash


def is_program(found):
    return bool(found.st_mode & stat.S_IXUSR)


def submodule_equals(path, commit):
    """A submodule has its own repository and equals its commit; no setting of git silences the difference."""
    if os.path.islink(path) or not os.path.lexists(os.path.join(path, '.git')):
        return False
    return head(path) == commit and not changed(path, commit, ['.'])


def hash_of_link(path, like):
    target = os.fsencode(os.readlink(path))
    found = hasher(like, len(target))
    found.update(target)
    return found.hexdigest()


def hash_of_file(path, size, like):
    found = hasher(like, size)
    with readable(path) as file:
        for part in iter(lambda: file.read(1 << 20), b''):
            found.update(part)
    return found.hexdigest()


def hasher(like, size, kind=b'blob'):
    """Begins git's hash of an object, as of a file's content. A repository uses either SHA-1 or SHA-256, which is longer."""
    return (hashlib.sha1 if len(like) == 40 else hashlib.sha256)(b'%s %d\0' % (kind, size))


def readable(path):
    try:
        return open_file(path, owner_rights())
    except PermissionError:
        message = 'The owner of the tree may not read %s; nothing was touched. Correct its owner or mode'
        raise SystemExit(message % path)


def same_file(written, path):
    """Compares a file with the one that a checkout wrote."""
    if not os.path.lexists(written) or not os.path.lexists(path):
        return False
    one, other = os.lstat(written), os.lstat(path)
    if stat.S_IFMT(one.st_mode) != stat.S_IFMT(other.st_mode):
        return False
    if stat.S_ISLNK(one.st_mode):
        return os.readlink(written) == os.readlink(path)
    readable(path).close()
    return is_program(one) == is_program(other) and filecmp.cmp(written, path, shallow=False)


# The files that a checkout would write


def conversions(tree, commit, entries, strict=True):
    """Returns the names that a checkout writes otherwise than they are stored, and the filters that it runs."""
    settings = settings_of(tree)
    files = [entry for entry in entries if entry.mode != SUBMODULE]
    links = {entry.name for entry in files if entry.mode == LINK}
    by_settings = is_on(settings, 'core.autocrlf') or settings.get('core.eol', '').lower() == 'crlf'
    converted = {entry.name for entry in files} - links if by_settings else set()
    converted |= set() if is_on({'on': 'true', **settings}, 'core.symlinks') else links
    filters = set()
    for name, attribute, value in attributes_of(tree, commit, [entry.name for entry in files if entry.mode != LINK]):
        if attribute == 'filter':
            if value not in UNUSED + ('set',) and writes_by_filter(settings, value, name if strict else None):
                filters.add(value)
                converted.add(name)
        elif value == {'eol': 'crlf', 'ident': 'set'}.get(attribute, value) and value not in UNUSED:
            converted.add(name)
    return converted, filters


def attributes_of(tree, commit, found):
    """Returns (name, attribute, value) as the commit's own .gitattributes and the settings of the owner say."""
    known = known_attributes(tree, commit)
    unknown = [name for name in found if name not in known]
    if unknown:
        asked = ['check-attr', '-z', '--stdin', '--cached', *ATTRIBUTES]
        words = names(git(tree, *asked, given=lines_of(unknown), GIT_INDEX_FILE=index_of(tree, commit)))
        for name, attribute, value in zip(words[::3], words[1::3], words[2::3]):
            known.setdefault(name, []).append((name, attribute, value))
    return [one for name in found for one in known[name]]


@functools.lru_cache(maxsize=None)
def known_attributes(tree, commit):
    """Returns what git said of the commit's files until now, by name."""
    return {}


def writes_by_filter(settings, driver, name):
    """Returns whether a filter changes files on their way to the tree.

    Refuses one that the owner's git does not have, if `name` is a file that needs it: git would write the file as it is
    stored. For LFS that is a pointer of 130 bytes.
    """
    found = {word for word in ('clean', 'smudge', 'process') if settings.get('filter.%s.%s' % (driver, word))}
    if not found and name:
        message = "%s needs the filter %s, which the git of the tree's owner does not have; nothing was touched. %s"
        raise SystemExit(message % (name, driver, 'Install it, then retry'))
    return bool(found - {'clean'})


@functools.lru_cache(maxsize=None)
def index_of(tree, commit):
    """Makes an index of the commit in a folder of the owner, which the end of the script removes."""
    with owner_rights():
        folder = tempfile.mkdtemp()
    atexit.register(remove_folder, folder)
    index = os.path.join(folder, 'index')
    lines = b''.join(b'%s %s\t%s\0' % (*map(os.fsencode, entry),) for entry in whole(tree, commit))
    git(tree, 'update-index', '-z', '--index-info', given=lines, GIT_INDEX_FILE=index)
    return index


def remove_folder(folder):
    with owner_rights():
        shutil.rmtree(folder)


class Checkout:
    """Writes files of a commit into temporary folders, as a checkout writes them. Each of `filters` must succeed."""

    def __init__(self, tree, commit, filters=()):
        self.tree, self.commit = tree, commit
        self.settings = ['filter.%s.required=true' % name for name in sorted(filters)]

    @contextlib.contextmanager
    def written(self, found, strict=True):
        index = index_of(self.tree, self.commit)
        folder = tempfile.mkdtemp(dir=os.path.dirname(index))
        try:
            check_files(self.tree, self.commit, found)
            git(
                self.tree, 'checkout-index', '-z', '--stdin', '--force', settings=self.settings,
                given=lines_of(found), GIT_INDEX_FILE=index, GIT_WORK_TREE=folder, GIT_DIR=git_folder(self.tree),
            )
        except SystemExit as problem:
            if strict:
                message = 'The target cannot be written: %s; nothing was touched. %s'
                raise SystemExit(message % (problem, 'Repair that (LFS: git lfs fetch), then retry'))
        try:
            yield folder
        finally:
            shutil.rmtree(folder)


def contents_of(tree, commit, found):
    """Returns the contents of some files of the commit by name, as a checkout would write them."""
    filters = conversions(tree, commit, entries_of(tree, commit, found))[1]
    contents = {}
    with owner_rights(), Checkout(tree, commit, filters).written(found) as folder:
        for name in found:
            with open_file(os.path.join(folder, name), owner_rights()) as file:
                contents[name] = file.read()
    return contents


# Sparse checkouts


@functools.lru_cache(maxsize=None)
def names_outside(tree, commit):
    """Returns the names of the commit that a sparse checkout does not write on this host.

    git decides it: it checks out a copy of the commit with empty files, from a temporary repository of objects.
    """
    settings = settings_of(tree)
    if not is_on(settings, 'core.sparsecheckout'):
        return frozenset()
    drivers = {name.split('.', 1)[1].rpartition('.')[0] for name in settings if name.startswith('filter.')}
    with tempfile.TemporaryDirectory() as folder:
        objects = os.fsdecode(git(tree, 'rev-parse', '--git-path', 'objects').strip())
        own = {
            'GIT_DIR': git_folder(tree),
            'GIT_OBJECT_DIRECTORY': os.path.join(folder, 'objects'),
            'GIT_ALTERNATE_OBJECT_DIRECTORIES': os.path.join(tree, objects),
            'GIT_INDEX_FILE': os.path.join(folder, 'index'),
            'GIT_WORK_TREE': os.path.join(folder, 'files'),
        }
        for name in ('objects', 'files'):
            os.mkdir(os.path.join(folder, name))
        plain = ['filter.%s.%s=%s' % (driver, word, value) for driver in drivers for word, value in PLAIN]
        empty = git(tree, 'hash-object', '-w', '--stdin', **own).decode().strip()
        files = [entry.name for entry in entries_of(tree, commit, ['.']) if entry.mode != SUBMODULE]
        lines = b''.join(b'100644 %s\t%s\0' % (empty.encode(), os.fsencode(name)) for name in files)
        git(tree, 'update-index', '-z', '--index-info', given=lines, **own)
        copy = git(tree, 'write-tree', **own).decode().strip()
        os.unlink(own['GIT_INDEX_FILE'])
        git(tree, 'read-tree', '--reset', '-u', copy, settings=plain, **own)
        return frozenset(line[2:] for line in names(git(tree, 'ls-files', '-z', '-t', **own)) if line.startswith('S'))


PLAIN = (('required', 'false'), ('smudge', ''), ('process', ''))
