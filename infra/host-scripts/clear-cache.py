"""Clears a cache: its files, and its keys in Redis if the host has one. Each is copied and its copy verified first.

In the procedure: `redis-cli FLUSHDB` (if using Redis) and `rm -rf outputs/signal_cache/*`. FLUSHDB would also delete
other users' keys in the same database. This script removes only keys with the cache's prefix, and only if they still
match their dump. May be repeated: a retry removes what the first attempt found and nothing newer, and reports it all.

    SSM_CacheFolder   outputs/signal_cache, in the tree
    SSM_KeyPrefix     signal: (if absent, the cache has no keys)
    SSM_Redis         the host's Redis, a unix socket; if there is none, the cache has no keys

In quarantine: files/ with the cache's files, keys.jsonl with one {"content":...,"dump":...,"key":...,"pttl":...} per
line. `content` is a hash. `lost` is true if one of these copies is missing or changed at the end.
"""

import json
import os
import sys

from shared.files import files_below, move_files, would_move
from shared.keys import connected, delete, dump_line, key_content, keys_with
from shared.quarantine import export, exported, intact, lost_copies, notes, own_quarantine, restore_hint, would_export
from shared.settings import inside, planning


def main():
    cache, prefix = inside('SSM_CacheFolder'), os.environ.get('SSM_KeyPrefix')
    files_below(cache)  # refuses anything but a folder of files before the step changes anything
    if planning():
        keys = would_take_keys(prefix) if prefix else None
        print(json.dumps({'would_take': {'files': would_move(cache), 'keys': keys}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    report = {'files': move_files(cache, quarantine), 'keys': move_keys(prefix, quarantine) if prefix else None}
    lost = bool(lost_copies(quarantine))
    print(json.dumps({**report, 'quarantine': quarantine, 'restore': restore_hint(), 'lost': lost}))


def move_keys(prefix, quarantine):
    """Moves the cache's keys to quarantine and returns their report; None if the host has no Redis."""
    with connected() as redis:
        if redis is None:
            return None
        note = next((one for one in notes(quarantine) if one.get('copy') == 'keys.jsonl'), None)
        if note is None:
            lines = key_lines(redis, prefix)
            note = export(quarantine, 'keys.jsonl', lines, keys=prefix)
        stayed = remove_keys(redis, quarantine, note) if note and intact(quarantine, note) else 0
    count = note['count'] if note else 0
    report = {'exported': count, 'removed': count - stayed, 'sha256': note['sha256'] if note else None}
    return {**report, **({'left': stayed} if stayed else {})}


def would_take_keys(prefix):
    """Returns the count and bytes of the keys that move_keys would move, for a plan; None if the host has no Redis."""
    with connected() as redis:
        return None if redis is None else would_export(key_lines(redis, prefix))


def key_lines(redis, prefix):
    return filter(None, (dump_line(redis, key) for key in keys_with(redis, prefix)))


def remove_keys(redis, quarantine, note):
    """Removes the exported keys and returns how many stayed. A key written since its export is new and stays."""
    stayed = 0
    for line in exported(quarantine, note):
        now = key_content(redis, line['key'])
        if now is not None and now != line['content']:
            stayed += 1
        elif now is not None:
            delete(redis, line['key'])
    return stayed


if __name__ == '__main__':
    sys.exit(main())
