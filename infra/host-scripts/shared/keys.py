"""Reads, deletes and restores single keys of the host's Redis, with a small client.

The client sends INFO, SELECT, SCAN, TYPE, PTTL, DUMP, RESTORE, DEL; WATCH, UNWATCH, MULTI and EXEC; and one command per
type that reads a whole value (READS).

    SSM_Redis   var/run/redis.sock, the server's unix socket; a host without that file has no Redis

The protocol is RESP2 (redis.io, "Redis serialization protocol specification"): a command is an array of bulk strings.
"""

import base64
import contextlib
import hashlib
import os
import re
import socket

from shared.quarantine import as_line
from shared.rights import rights_of_guide, root_rights
from shared.settings import required

READS = {
    b'hash': ('HGETALL',),
    b'set': ('SMEMBERS',),
    b'zset': ('ZRANGE', '0', '-1', 'WITHSCORES'),
    b'list': ('LRANGE', '0', '-1'),
}
# A server that does not respond for so long hangs: each of these commands takes milliseconds.
RESPONSE_SECONDS = 10


@contextlib.contextmanager
def connected():
    """Yields a connection, or None if the host has no Redis."""
    path = required('SSM_Redis')
    with root_rights():
        found = os.path.lexists(path)
    if not found:
        yield None
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(RESPONSE_SECONDS)
        try:
            with rights_of_guide(path):
                connection.connect(path)
        except OSError as problem:
            raise SystemExit('Redis at %s is unreachable: %s; start it, then retry' % (path, problem))
        with connection.makefile('rwb') as stream:
            yield Redis(stream)


class Redis:
    """A connection. Its commands are about keys of the numbered database that was chosen last, at first 0."""

    def __init__(self, stream):
        self.stream, self.database = stream, 0

    def choose(self, database):
        if database != self.database:
            send(self, 'SELECT', str(database))
            self.database = database


def keys_with(redis, prefix):
    """Yields (database, key) for every key with the prefix, once. SCAN may return a key twice.

    The prefix names the cache, so the keys are looked for in every numbered database.
    """
    for database in databases(redis):
        redis.choose(database)
        cursor, found = b'0', set()
        while True:
            cursor, keys = send(redis, 'SCAN', cursor, 'MATCH', literal(prefix) + '*', 'COUNT', '1000')
            found.update(as_text(key) for key in keys)
            if cursor == b'0':
                break
        for key in sorted(found):
            if key.startswith(prefix):
                yield database, key


def literal(prefix):
    """Returns a pattern that matches only these characters: SCAN takes five of them for a pattern's own."""
    return re.sub(r'[\[\]\\*?]', r'\\\g<0>', prefix)


def databases(redis):
    """Returns the numbers of the databases that have keys."""
    return sorted(map(int, re.findall(rb'^db(\d+):', send(redis, 'INFO', 'keyspace'), re.MULTILINE)))


def dump_line(redis, database, key):
    """Returns a key's line of the export, or None if the key has expired since SCAN found it.

    The content is read before the dump. If the key is written in between, its content no longer matches the export, and
    the key stays. A line without `database` is of database 0.
    """
    redis.choose(database)
    content, payload, pttl = key_content(redis, key), send(redis, 'DUMP', key), send(redis, 'PTTL', key)
    if content is None or payload is None or pttl == -2:
        return None
    line = {'content': content, 'dump': base64.b64encode(payload).decode(), 'key': key, 'pttl': pttl}
    return as_line({**line, **({'database': database} if database else {})})


def content_now(redis, line):
    """Returns what key_content returns now for the key of an export's line."""
    redis.choose(line.get('database', 0))
    return key_content(redis, line['key'])


def key_content(redis, key):
    """Returns the SHA-256 of a key's value, or None if the key does not exist.

    A hash of its dump would not do: Redis 7.0.15 dumps a long hash or set in its order in memory. That order changes
    after RESTORE, and even while nobody writes.
    """
    kind = send(redis, 'TYPE', key)
    if kind == b'none':
        return None
    command, *range_of = READS.get(kind, ('DUMP',))
    found = send(redis, command, key, *range_of)
    if kind == b'hash':
        found = sorted(zip(found[::2], found[1::2]))
    return hashlib.sha256(repr((kind, sorted(found) if kind == b'set' else found)).encode()).hexdigest()


def delete(redis, line):
    """Deletes the key of an export's line, unless it is not as in the export, or is written meanwhile."""
    redis.choose(line.get('database', 0))
    send(redis, 'WATCH', line['key'])
    if key_content(redis, line['key']) != line['content']:
        send(redis, 'UNWATCH')
        return
    send(redis, 'MULTI')
    send(redis, 'DEL', line['key'])
    send(redis, 'EXEC')  # does nothing if the watched key was written


def put_back(redis, line, replace):
    """Restores a key with its time to live at the dump. No time to live is -1 for PTTL and 0 for RESTORE.

    Without `replace`, Redis refuses if somebody has written the key meanwhile.
    """
    redis.choose(line.get('database', 0))
    words = [line['key'], str(max(line['pttl'], 0)), base64.b64decode(line['dump'])]
    send(redis, 'RESTORE', *words, *(['REPLACE'] if replace else []))


def name_of(line):
    return 'key ' + line['key'] + (' of database %d' % line['database'] if line.get('database') else '')


def send(redis, *words):
    try:
        redis.stream.write(b'*%d\r\n' % len(words))
        for word in map(as_bytes, words):
            redis.stream.write(b'$%d\r\n%s\r\n' % (len(word), word))
        redis.stream.flush()
        return response(redis.stream)
    except OSError as problem:
        raise SystemExit('Redis did not respond to %s: %s; check the server, then retry' % (words[0], problem))


# By the word with which Redis's error begins, or that it contains.
REMEDIES = {
    'NOAUTH': 'let the socket be used without a password',
    'WRONGPASS': 'let the socket be used without a password',
    'NOPERM': 'allow the command to the default user',
    'unknown command': 'allow the command again (rename-command)',
    'OOM': 'free memory of Redis, or raise maxmemory',
    'READONLY': 'it is a replica; name the socket of the primary in host.redis',
    'MISCONF': 'look at the disk of its snapshots',
    'LOADING': 'wait until it has loaded its data',
}


def response(stream):
    line = stream.readline()
    kind, rest = line[:1], line[1:-2]
    if kind == b'-':
        words = rest.decode('utf-8', 'replace')
        remedy = next((remedy for word, remedy in REMEDIES.items() if word in words), 'look at its log')
        raise SystemExit('Redis responded with an error: %s; %s, then retry' % (words, remedy))
    if kind == b':':
        return int(rest)
    if kind == b'$':
        return None if rest == b'-1' else stream.read(int(rest) + 2)[:-2]
    if kind == b'*':
        return None if rest == b'-1' else [response(stream) for _ in range(int(rest))]
    if kind == b'+':
        return rest
    raise SystemExit('Redis responded %s, expected RESP2; check what listens at SSM_Redis' % (line[:40] or 'nothing'))


def as_bytes(word):
    return word if isinstance(word, bytes) else word.encode('utf-8', 'surrogateescape')


def as_text(key):
    return key.decode('utf-8', 'surrogateescape')
