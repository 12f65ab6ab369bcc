"""Clears a cache: its files, and its keys in Redis where the host has one. Everything is copied, and the copy verified,
before it is removed.

The procedure's `redis-cli FLUSHDB` (if using Redis) and `rm -rf outputs/signal_cache/*`. FLUSHDB would take what others
keep in the same database: only keys that begin with the cache's prefix go, each only as it was dumped. May be repeated:
a second attempt removes what the first one found and nothing newer, and reports all of it.

    SSM_CacheFolder   outputs/signal_cache, in the tree
    SSM_KeyPrefix     signal: (may be absent: the cache has no keys)
    SSM_Redis         the host's Redis, a unix socket; where there is none the cache has no keys

In quarantine: files/ as they lay in the cache, keys.jsonl with one {"content":…,"dump":…,"key":…,"pttl":…} a line, the
content as a hash. `lost` is true where one of these copies is gone or reads differently at the end.
"""

import json
import os
import sys

from shared.files import files_below, move_files, would_move
from shared.keys import connected, delete, dump_line, key_content, keys_with
from shared.quarantine import bring_back, export, exported, intact, lost_copies, notes, own_quarantine, would_export
from shared.settings import inside, planning


def main():
    cache, prefix = inside('SSM_CacheFolder'), os.environ.get('SSM_KeyPrefix')
    files_below(cache)  # refuses what is no cache before anything is touched
    if planning():
        keys = would_take_keys(prefix) if prefix else None
        print(json.dumps({'would_take': {'files': would_move(cache), 'keys': keys}}, sort_keys=True))
        return
    quarantine = own_quarantine()
    report = {'files': move_files(cache, quarantine), 'keys': move_keys(prefix, quarantine) if prefix else None}
    lost = bool(lost_copies(quarantine))
    print(json.dumps({**report, 'quarantine': quarantine, 'restore': bring_back(), 'lost': lost}))


def move_keys(prefix, quarantine):
    """None where the host has no Redis."""
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
    """None where the host has no Redis."""
    with connected() as redis:
        return None if redis is None else would_export(key_lines(redis, prefix))


def key_lines(redis, prefix):
    return filter(None, (dump_line(redis, key) for key in keys_with(redis, prefix)))


def remove_keys(redis, quarantine, note):
    """How many stayed: a key that was written since is a new one, made after the fault."""
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
