"""Looks whether a rollback would find on this host what it needs. Changes nothing; runs only in mode plan.

In the procedure: "Rollback Requirements".

    SSM_Tag           rollback/phase-1/before-v1.5.0, the tag of the preparation; empty: nothing was prepared
    SSM_Preparation   phase-1/v1.5.0, whose copies are checked; empty: nothing was prepared
    SSM_Begun         20260105T090000Z, the name of their folder
    SSM_Target        the tag that a rollback restores
    SSM_Paths         the paths that it restores; empty: it restores no code
    SSM_Databases     outputs/market_data.db ..., of which a rollback may export every row; may be empty
    SSM_Flags, SSM_FlagFolder   as in shared/flags.py: the flags of forbidden pairs; may be empty

Root never opens a database of the owner's: each copy is copied once more into a folder of the owner, who opens it there.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import shutil
import sqlite3
import sys
import tempfile

from shared.backup import PLACE, RESERVE_BYTES, counted, database_bytes
from shared.beside import locked_by_another, state_file
from shared.copies import copy_file, digest
from shared.files import free_bytes
from shared.flags import effective_flags
from shared.git import head
from shared.git_tree import refuse_other_tree, tagged_commit, version
from shared.processes import run
from shared.quarantine import notes
from shared.rights import by_owner, open_file, owner_rights, root_rights
from shared.rows import integrity
from shared.settings import in_tree, planning, required, tree_folder, words
from shared.survey import survey_objects

REASON_CHARACTERS = 160


def main():
    if not planning():
        raise SystemExit('This script only looks; start it with Mode plan. Nothing was done')
    began = clock()
    tree = tree_folder()
    refuse_other_tree(tree)
    os.nice(10)
    report = {
        'began': began,
        'commit': head(tree),
        'version': version(tree),
        'tagged': tagged_commit(tree, required('SSM_Tag')) if words('SSM_Tag') else None,
        **({'target': tagged_commit(tree, required('SSM_Target'))} if words('SSM_Paths') else {}),
        'lacks': {name: lacking(tree, tag) for name, tag in restored_tags().items()},
        **copies(),
        **disk(),
        **flags(),
    }
    print(json.dumps({**report, 'ended': clock()}, sort_keys=True))


def restored_tags():
    """Returns the tags that a rollback may restore, by their name in the report."""
    tags = {'tagged': os.environ.get('SSM_Tag'), 'target': required('SSM_Target') if words('SSM_Paths') else None}
    return {name: tag for name, tag in tags.items() if tag}


def lacking(tree, tag):
    """Returns why the commit of a tag cannot be restored from this repository; None: all its objects are here."""
    commit = tagged_commit(tree, tag)
    if commit is None:
        return None  # reported as the missing tag
    try:
        survey_objects(tree, commit, words('SSM_Paths') or ['.'])
    except SystemExit as problem:
        return str(problem)[:REASON_CHARACTERS]
    return None


def clock():
    """Returns this host's time in seconds since 1970."""
    code, output, errors = run(['date', '-u', '+%s.%N'])
    if code != 0:
        raise SystemExit('The time could not be read: %s' % errors.strip()[:REASON_CHARACTERS])
    return round(float(output), 3)


def disk():
    """Returns the free bytes for a quarantine, and those needed: a rollback may export every row of a database."""
    paths = [in_tree('Databases', name) for name in words('SSM_Databases')]
    exported = sum(database_bytes(path) for path in paths if os.path.isfile(path))
    return {'free_bytes': free_for_quarantine(), 'needed_bytes': exported + RESERVE_BYTES}


def free_for_quarantine():
    """Returns what `df` says to a person on the host about the state folder."""
    path = os.path.abspath(required('SSM_State'))
    with root_rights():
        while not os.path.exists(path):
            path = os.path.dirname(path)
        code, output, errors = run(['df', '-B1', '--output=avail', path])
    if code != 0:
        raise SystemExit('The free space of %s could not be read: %s' % (path, errors.strip()[:REASON_CHARACTERS]))
    return int(output.split()[-1])


def flags():
    if not words('SSM_Flags'):
        return {}
    found = effective_flags()
    return {'flags': {name: one['effective'] if one['layer'] else None for name, one in found.items()}}


# The copies


def copies():
    """Returns what is there of the preparation, and the first problem of its databases and of its configuration."""
    none = {'manifest': None, 'databases': {'count': 0, 'rows': 0}, 'files': 0}
    missing = 'there are no copies'
    if not words('SSM_Preparation'):
        return {**none, 'backup': missing, 'configuration': missing}
    folder = state_file('.prepared/%s/%s' % (required('SSM_Preparation'), required('SSM_Begun')))
    try:
        with open_file(os.path.join(folder, 'manifest.json'), root_rights()) as file:
            content = file.read()
        manifest = json.loads(content)
    except (FileNotFoundError, ValueError):
        return {**none, 'backup': missing, 'configuration': missing}
    databases = manifest['databases']
    return {
        'manifest': hashlib.sha256(content).hexdigest(),
        'backup': first_problem(lambda name: database_problem(folder, name, databases[name]), databases),
        'databases': {
            'count': len(databases),
            'rows': sum(sum(one['rows'].values()) for one in databases.values()),
        },
        'configuration': configuration_problem(folder, manifest['configuration']),
        'files': len(manifest['configuration']),
    }


def first_problem(problem_of, names):
    for name in sorted(names):
        problem = problem_of(name)
        if problem:
            return ('%s: %s' % (name, problem))[:REASON_CHARACTERS]
    return 'ok'


def database_problem(folder, name, expected):
    """Returns why a copy of a database cannot be restored; None: it can."""
    with root_rights():
        working = locked_by_another()
    if working:
        return 'not opened, because a rollback works on this host and goes first; check again once it has ended'
    path = os.path.join(folder, expected['copy'])
    with root_rights():
        if not os.path.isfile(path):
            return 'its copy is missing'
        size = os.stat(path).st_size
    if size != expected['bytes']:
        return 'its copy has %d bytes, expected %d' % (size, expected['bytes'])
    if digest(path) != expected['sha256']:
        return 'its copy has another hash than when it was made'
    if size > free_bytes(PLACE):
        return 'not opened, because %s has only %d MB free' % (PLACE, free_bytes(PLACE) >> 20)
    with place() as own:
        opened = os.path.join(own, 'copy')
        copy_file(path, opened)
        return fault_in(opened, expected['rows'])


def fault_in(path, rows):
    try:
        fault = integrity(path)
        if fault != 'ok':
            return 'its copy is damaged: %s' % ' '.join(fault.split())
        return None if counted(path) == rows else 'its copy has other rows than when it was made'
    except sqlite3.Error as problem:
        return 'its copy does not open: %s' % problem


@contextlib.contextmanager
def place():
    """Yields a folder of the tree's owner, and removes those of killed runs: they are locked by nobody."""
    prefix = 'rollback-ready-%s-' % hashlib.sha256(os.path.abspath(required('SSM_State')).encode()).hexdigest()[:12]
    with owner_rights():
        for name in os.listdir(PLACE):
            path = os.path.join(PLACE, name)
            if name.startswith(prefix) and os.lstat(path).st_uid == os.geteuid() and not is_used(path):
                shutil.rmtree(path, ignore_errors=True)
        # Locked before it gets the name by which others find it.
        new = tempfile.mkdtemp(prefix='.' + prefix, dir=PLACE)
        own = os.open(new, os.O_RDONLY)
        fcntl.flock(own, fcntl.LOCK_EX)
        folder = os.path.join(PLACE, os.path.basename(new)[1:])
        os.rename(new, folder)
    try:
        yield folder
    finally:
        with owner_rights():
            shutil.rmtree(folder, ignore_errors=True)
        os.close(own)


def is_used(path):
    """Returns whether a run that has not ended holds the folder."""
    try:
        own = os.open(path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError:
        return False
    try:
        fcntl.flock(own, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return False
    except BlockingIOError:
        return True
    finally:
        os.close(own)


def configuration_problem(folder, expected):
    kept = {one['from']: one['copy'] for one in notes(folder) if 'from' in one}
    return first_problem(lambda name: file_problem(folder, kept.get(name), expected[name]), expected)


def file_problem(folder, copy, sha256):
    path = os.path.join(folder, copy or '')
    with root_rights():
        there = copy is not None and os.path.lexists(path)
    if not there:
        return 'its copy is missing'
    return None if digest(path) == sha256 else 'its copy has another hash than when it was made'


if __name__ == '__main__':
    sys.exit(by_owner(main))
