"""Protected paths, such as FIX stores, journals and order databases: no step takes, moves, replaces or removes them.

    SSM_Protected   outputs/fix /var/lib/orders.db, separated by spaces; below the tree, or absolute; `none`: none

Root only looks at names here and opens nothing. A place counts as the same under any name: links are resolved, and the
device and inode of each folder on the way are compared, so a bind mount hides nothing.
"""

import os
import stat

from shared.rights import root_rights
from shared.settings import tree_folder, words

# Parameters that name no path, or a path that the product only reads or runs. Every other one may name what a step takes.
# config/protected-paths.ts has the same list.
HARMLESS = (
    'RollbackId Step Kind Fence Mode Tree State WindowStart Target Commit Redis Python Variant Protected Paths Copies Of '
    'Overwrite Tag Preparation Begun Superseded Candidate Versions Flags FlagFolder Services Build Process Undone Own Halts Allowed Orders '
    'Databases Configuration Held Script StateFile Sql From'
).split()
REMEDY = 'nothing was touched. Correct the runbook, or host.protected in infra/environments'


def taken_words():
    """Returns the words of the parameters that may name what a step takes, as paths in the tree."""
    names = [name for name in sorted(os.environ) if name.startswith('SSM_') and name[4:] not in HARMLESS]
    return [path for name in names for word in words(name) for path in word.split('=')[-1:] if path]


@root_rights()
def refuse_protected(names, present=True):
    """Refuses paths that are protected, or above or below such a path. Names are absolute, or relative to the tree.

    A protected path that is missing is refused too, unless `present` is false: it may have been renamed or not be mounted, and
    the step would meet it under another name.
    """
    protected = protected_ways()
    for path, way in protected.items():
        if present and way[0][1] is None:
            message = 'The protected path %s is not there: renamed, or not mounted? %s'
            raise SystemExit(message % (path, REMEDY))
    above = {}
    for name in names if protected else ():
        found = protecting(os.path.join(tree_folder(), name), protected, above)
        if found:
            raise SystemExit('%s is, holds or is in the protected path %s; %s' % (name[-80:], found, REMEDY))


@root_rights()
def unprotected(names):
    """Returns the names of the tree that no protected path is, holds or is in."""
    protected, above = protected_ways(), {}
    return [name for name in names if not protecting(os.path.join(tree_folder(), name), protected, above)]


@root_rights()
def protected_files():
    """Returns the names that protected paths have in the tree."""
    real = [way[0][0] for way in protected_ways().values()]
    return {os.path.relpath(path, tree_folder()) for path in real if path.startswith(tree_folder() + os.sep)}


def protecting(path, protected, above):
    """Returns the protected path that a path meets, or None. `above` remembers the ways to folders."""
    folder, name = os.path.split(path.rstrip('/'))
    if folder not in above:
        above[folder] = way_to(folder)
    real = os.path.join(above[folder][0][0], name)
    way = way_to(real) if os.path.islink(real) else [(real, identity(real))] + above[folder]
    return next((one for one, other in protected.items() if meets(way[0], other) or meets(other[0], way)), None)


def protected_ways():
    return {path: way_to(os.path.join(tree_folder(), path)) for path in words('SSM_Protected') if path != 'none'}


def way_to(path):
    """Returns the path and each folder above it, links resolved, with their identities."""
    place = os.path.realpath(path)
    way = [(place, identity(place))]
    while place != os.path.dirname(place):
        place = os.path.dirname(place)
        way.append((place, identity(place)))
    return way


def identity(path):
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def meets(one, way):
    return any(one[0] == place or (one[1] and one[1] == known) for place, known in way)


@root_rights()
def protected_places():
    """Returns what must be the same after a step: the folder above each protected path, and the path itself if it is a folder.

    A file may be replaced by its writer at any time, so of a file only its kind is compared.
    """
    found = {}
    for path, way in protected_ways().items():
        kind = stat.S_IFMT(os.lstat(way[0][0]).st_mode) if way[0][1] else None
        found[path] = kind, way[0][1] if kind == stat.S_IFDIR else None, way[1][1]
    return found
