"""Prepares this host for a deployment, so that it can be undone: tags the commit, copies databases and configuration, and
records the hash of each copy. Runs beside rollbacks, which never wait for it (shared/beside.py). May be repeated.

In the procedure: "Previous version tagged in git", "Database backup completed", "Configuration snapshot saved".

    SSM_Tag             rollback/phase-1/before-v1.5.0, the new tag
    SSM_Commit          the commit that it names on every host; in a plan it may be empty
    SSM_Preparation     phase-1/v1.5.0, whose copies these are
    SSM_Begun           20260105T090000Z: the copies made since then are kept by a repeat
    SSM_Databases       outputs/market_data.db ..., in the tree, separated by spaces; may be empty
    SSM_Configuration   config ..., files and folders in the tree, separated by spaces; may be empty
    SSM_Superseded      phase-1/v1.3.0 ..., preparations whose copies may go; may be empty

In mode plan it reports the commit, the tag, and the commit of the customer's own tag of the version. It changes nothing.

In <state>/.prepared/phase-1/v1.5.0/20260105T090000Z:

    databases/, files/   the copies under their paths in the tree
    kept.jsonl           one note per copy, with its hash
    manifest.json        written last: what was prepared, with all hashes. Without it the copies are not complete
"""

import hashlib
import json
import os
import re
import shutil
import sys

from shared.backup import PLACE, RESERVE_BYTES, back_up, database_bytes, workplace
from shared.beside import Beside, state_file
from shared.content import changed
from shared.copies import digest, keep_copy, make_state_folder, write_durably
from shared.files import batches, free_bytes
from shared.folders import files_below, is_folder, refuse_special
from shared.git import head
from shared.git_tree import make_tag, refuse_other_tree, tagged_commit, version
from shared.quarantine import intact, keep_files, note, notes
from shared.rights import by_owner, root_rights
from shared.settings import in_tree, planning, required, tree_folder, words
from shared.survey import survey_objects

NAME = re.compile(r'phase-[0-9]{1,2}/[A-Za-z0-9][A-Za-z0-9._=-]{0,99}')
SHOWN_PATHS, SHOWN_CHARACTERS = 3, 900


def main():
    tree = tree_folder()
    refuse_other_tree(tree)
    commit, tag = head(tree), required('SSM_Tag')
    if planning():
        own = tagged_commit(tree, tag.partition('/before-')[2])
        found = {'commit': commit, 'version': version(tree), 'tag': tag, 'tagged': tagged_commit(tree, tag), 'own': own}
        print(json.dumps(found))
        return
    superseded = [checked_name(name) for name in words('SSM_Superseded')]
    beside = Beside()
    beside.give_way()
    is_new = tag_commit(tree, commit, tag)
    different = changed(tree, commit, ['.'], strict=False)
    folder = state_file('.prepared/%s/%s' % (checked_name(required('SSM_Preparation')), checked_begun()))
    with root_rights():
        make_state_folder(folder)
    databases = [(name, in_tree('Databases', name)) for name in words('SSM_Databases')]
    files = configuration_files(different)
    refuse_little_space(folder, databases, files)
    copy_databases(folder, databases, beside)
    beside.give_way('the tag and the databases are kept')
    copy_configuration(folder, files)
    manifest = manifest_of(folder, commit)
    beside.give_way('all copies are made, but not yet recorded')
    write_durably(os.path.join(folder, 'manifest.json'), manifest)
    report = {'new_tag': is_new, 'superseded': remove_superseded(folder, superseded), **report_of(manifest)}
    print(json.dumps({**report, **differences_of(different)}, sort_keys=True))


def checked_name(name):
    if not NAME.fullmatch(name):
        raise SystemExit('A preparation must be named as phase-1/v1.5.0, found %s; nothing was done' % name[:80])
    return name


def checked_begun():
    if not re.fullmatch('[0-9]{8}T[0-9]{6}Z', required('SSM_Begun')):
        raise SystemExit('SSM_Begun must be as 20260105T090000Z, found %s; nothing was done' % os.environ['SSM_Begun'])
    return required('SSM_Begun')


def tag_commit(tree, commit, tag):
    """Makes the tag, unless it names the commit already. Returns whether it is new."""
    expected = required('SSM_Commit')
    if commit != expected:
        message = 'The tree is at %s (%s), expected %s as on the other hosts; nothing was tagged. Deploy that version here'
        raise SystemExit(message % (commit[:12], version(tree), expected[:12]))
    found = tagged_commit(tree, tag)
    if found not in (None, expected):
        message = 'The tag %s names %s, expected %s; nothing was done. Somebody moved it: correct or delete it here'
        raise SystemExit(message % (tag, found[:12], expected[:12]))
    survey_objects(tree, commit, ['.'])
    if found is None:
        make_tag(tree, tag, commit)
    return found is None


# The copies


def configuration_files(different):
    """Returns the files of the configuration, and those that differ from the commit: the tag does not hold them."""
    found = set(different)
    for name in words('SSM_Configuration'):
        path = in_tree('Configuration', name)
        if not os.path.lexists(path):
            message = 'There is no configuration %s in the tree; add it or correct prepare.configuration in the runbook'
            raise SystemExit(message % name)
        place = os.path.relpath(path, tree_folder())
        found |= {os.path.join(place, one) for one in files_below(path)} if os.path.isdir(path) else {place}
    paths = {name: os.path.join(tree_folder(), name) for name in found}
    there = sorted(name for name, path in paths.items() if os.path.lexists(path) and not is_folder(path))
    for name in there:
        refuse_special(paths[name])
    return there


def refuse_little_space(folder, databases, files):
    """Compares the free space with all copies that are still to be made, before the first of them."""
    for name, path in databases:
        if not os.path.isfile(path):
            message = 'There is no database %s in the tree; add it or correct prepare.databases in the runbook'
            raise SystemExit(message % name)
    sizes = [database_bytes(path) for name, path in databases if not is_kept(folder, name)]
    needed = sum(sizes) + sum(os.lstat(os.path.join(tree_folder(), name)).st_size for name in files)
    places = {os.stat(PLACE).st_dev: [PLACE, max(sizes, default=0)]}
    with root_rights():
        places.setdefault(os.stat(folder).st_dev, [required('SSM_State'), 0])[1] += needed
    for place, size in places.values():
        free = free_bytes(place)
        if size and size + RESERVE_BYTES > free:
            message = '%s has %d MB free; the copies need %d MB, and %d MB must stay free. Free some, then prepare again'
            raise SystemExit(message % (place, free >> 20, (size >> 20) + 1, RESERVE_BYTES >> 20))


def is_kept(folder, name):
    one = newest_note(folder, 'database', name)
    return one is not None and intact(folder, one)


def newest_note(folder, kind, name):
    return next((one for one in reversed(notes(folder)) if one.get(kind) == name), None)


def copy_databases(folder, databases, beside):
    with workplace() as place:
        for name, path in databases:
            beside.give_way('the tag is kept')
            if is_kept(folder, name):
                continue
            copy = os.path.join(place, 'copy')
            rows = back_up(path, name, copy, lambda: beside.give_way('the tag is kept'))
            size, content = os.stat(copy).st_size, digest(copy)
            with root_rights():
                kept = keep_copy(copy, os.path.join(folder, 'databases', name), os.path.join(folder, 'copying'))
                kept_content = digest(kept)
            if kept_content != content:
                raise SystemExit('%s: its copy does not read back as written; check the disk, then prepare again' % name)
            note(folder, database=name, copy=os.path.relpath(kept, folder), sha256=content, bytes=size, rows=rows)
            os.unlink(copy)


def copy_configuration(folder, files):
    """Copies the files, unless an earlier attempt of this preparation has copied all of them."""
    done = newest_note(folder, 'configuration', 'kept')
    copied = {one['from']: one for one in notes(folder) if 'from' in one}
    if done and set(done['names']) == set(copied) and all(intact(folder, one) for one in copied.values()):
        return
    for batch in batches(tree_folder(), files):
        keep_files(folder, [(os.path.join(tree_folder(), name), name, {'from': name}) for name in batch])
    note(folder, configuration='kept', names=files)


def manifest_of(folder, commit):
    """Returns the manifest as bytes: the same copies make the same manifest."""
    found = notes(folder)
    databases = {one['database']: one for one in found if 'database' in one}
    files = {one['from']: one['sha256'] for one in found if 'from' in one}
    kept = newest_note(folder, 'configuration', 'kept')['names']
    manifest = {
        'tag': required('SSM_Tag'),
        'commit': commit,
        'begun': required('SSM_Begun'),
        'databases': {
            name: {key: databases[name][key] for key in ('copy', 'sha256', 'bytes', 'rows')}
            for name in words('SSM_Databases')
        },
        'configuration': {name: files[name] for name in kept},
    }
    return json.dumps(manifest, sort_keys=True).encode()


def report_of(content):
    """Returns what the control plane records. The hash of the manifest covers the hash of every copy."""
    manifest = json.loads(content)
    lines = ''.join('%s %s\n' % one for one in sorted(manifest['configuration'].items()))
    hashes = {name: one['sha256'] for name, one in manifest['databases'].items()}
    while len(json.dumps(hashes)) > SHOWN_CHARACTERS:
        hashes.popitem()
    return {
        'tag': manifest['tag'],
        'commit': manifest['commit'],
        'manifest': hashlib.sha256(content).hexdigest(),
        'databases': {
            'count': len(manifest['databases']),
            'bytes': sum(one['bytes'] for one in manifest['databases'].values()),
            'sha256': hashes,
        },
        'configuration': {
            'files': len(manifest['configuration']),
            'sha256': hashlib.sha256(lines.encode('utf-8', 'surrogateescape')).hexdigest(),
        },
    }


def differences_of(different):
    """Returns the number of files that differ from the commit, and the first of them; nothing if none does."""
    shown = [name[:80] for name in different[:SHOWN_PATHS]]
    return {'different': len(different), 'differences': shown} if different else {}


@root_rights()
def remove_superseded(folder, superseded):
    """Removes the copies that these replace, the preparations that may go, and logs of earlier runs."""
    own = required('SSM_Preparation')
    others = [os.path.dirname(folder) + '/' + name for name in os.listdir(os.path.dirname(folder))]
    going = [path for path in others if path != folder]
    named = [state_file('.prepared/' + name) for name in superseded if name != own]
    found = [path for path in named if os.path.isdir(path)]
    logs = [name for name in os.listdir(required('SSM_State')) if name.startswith('prepare_')]
    going += [state_file(name) for name in logs if name != required('SSM_RollbackId')]
    for path in going + found:
        shutil.rmtree(path)
    return len(found)


if __name__ == '__main__':
    sys.exit(by_owner(main))
