"""Clears a cache: its files, and its keys in Redis if the host has one. Each is copied and its copy verified first.

In the procedure: `redis-cli FLUSHDB` (if using Redis) and `rm -rf outputs/signal_cache/*`. FLUSHDB would also delete
other users' keys in the same database. This script removes only keys with the cache's prefix, in every numbered
database, and only if they still match their dump. May be repeated: a retry removes what the first attempt found and
nothing newer, and reports it all. The keys go first: a Redis that refuses leaves the files in place.

    SSM_CacheFolder   outputs/signal_cache, in the tree
    SSM_KeyPrefix     signal: (if absent, the cache has no keys)
    SSM_Redis         the host's Redis, a unix socket; if there is none, the cache has no keys

In quarantine: files/ with the cache's files, keys.jsonl with one {"content":...,"dump":...,"key":...,"pttl":...} per
line, and "database" if that is not 0. `content` is a hash. `removed` counts the exported keys that are gone from Redis,
and `databases` names those of the keys if one is not 0. `lost` is true if one of these copies is missing or changed at
the end.
"""

import json
import os
import sys

from shared.files import find_files, move_files, refuse_unmovable, would_move
from shared.keys import connected, content_now, delete, dump_line, keys_with
from shared.quarantine import (
    export, exported, intact, lost_copies, note, notes, own_quarantine, restore_hint, would_export
)
from shared.rights import by_owner
from shared.settings import inside, planning


def main():
    cache, prefix = inside('SSM_CacheFolder'), os.environ.get('SSM_KeyPrefix')
    refuse_unmovable(cache)
    if planning():
        keys = would_take_keys(prefix) if prefix else None
        print(json.dumps({'would_take': {'files': would_move(cache), 'keys': keys}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    find_files(cache, quarantine)
    keys = move_keys(prefix, quarantine) if prefix else None
    report = {'files': move_files(cache, quarantine), 'keys': keys}
    lost = bool(lost_copies(quarantine))
    print(json.dumps({**report, 'quarantine': quarantine, 'restore': restore_hint(), 'lost': lost}))


def move_keys(prefix, quarantine):
    """Moves the cache's keys to quarantine and returns their report; None if the host has no Redis."""
    with connected() as redis:
        if redis is None:
            return None
        found = first_export(quarantine) or first_look(redis, prefix, quarantine)
        removed = left = 0
        if found['count'] and intact(quarantine, found):
            removed, left = remove_keys(redis, quarantine, found)
    numbers = found.get('databases', [0])
    return {
        'exported': found['count'],
        'removed': removed,
        'sha256': found.get('sha256'),
        **({'databases': numbers} if numbers != [0] else {}),
        **({'left': left} if left else {}),
    }


def first_export(quarantine):
    """Returns the note of what the first attempt found; None if there was none."""
    return next((one for one in notes(quarantine) if 'keys' in one or 'looked' in one), None)


def first_look(redis, prefix, quarantine):
    keys = list(keys_with(redis, prefix))
    numbers = sorted({database for database, _ in keys})
    where = {'keys': prefix, **({'databases': numbers} if numbers != [0] else {})}
    found = export(quarantine, 'keys.jsonl', key_lines(redis, keys), **where)
    return found or note(quarantine, looked=prefix, count=0)


def would_take_keys(prefix):
    """Returns the count and bytes of the keys that move_keys would move, for a plan; None if the host has no Redis."""
    with connected() as redis:
        return None if redis is None else would_export(key_lines(redis, list(keys_with(redis, prefix))))


def key_lines(redis, keys):
    return filter(None, (dump_line(redis, database, key) for database, key in keys))


def remove_keys(redis, quarantine, found):
    """Removes the exported keys. Returns how many are gone, counted afterwards, and how many stay.

    A key that was written since its export is new and stays.
    """
    for line in exported(quarantine, found):
        delete(redis, line)
    gone = sum(content_now(redis, line) is None for line in exported(quarantine, found))
    return gone, found['count'] - gone


if __name__ == '__main__':
    sys.exit(by_owner(main))
