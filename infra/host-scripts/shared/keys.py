"""Keys of the host's Redis, one by one, in the few commands that takes: SCAN, TYPE, PTTL, DUMP, RESTORE, DEL, and one
that reads each type whole (READS).

    SSM_Redis   var/run/redis.sock, the server's unix socket; a host without that file has no Redis

The protocol is RESP2 (redis.io, "Redis serialization protocol specification"): a command is an array of bulk strings.
"""

import base64
import contextlib
import hashlib
import os
import socket

from shared.quarantine import as_line
from shared.settings import required

READS = {
    b'hash': ('HGETALL',),
    b'set': ('SMEMBERS',),
    b'zset': ('ZRANGE', '0', '-1', 'WITHSCORES'),
    b'list': ('LRANGE', '0', '-1'),
}
# A server that does not answer for so long hangs; nothing here takes it more than milliseconds.
ANSWER_SECONDS = 10


@contextlib.contextmanager
def connected():
    """A connection, or None where the host has no Redis."""
    path = required('SSM_Redis')
    if not os.path.exists(path):
        yield None
        return
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(ANSWER_SECONDS)
        try:
            connection.connect(path)
        except OSError as problem:
            raise SystemExit('Redis at %s: %s' % (path, problem))
        with connection.makefile('rwb') as stream:
            yield stream


def keys_with(redis, prefix):
    """Every key that begins so; SCAN may tell one twice."""
    cursor, found = b'0', set()
    while True:
        cursor, keys = ask(redis, 'SCAN', cursor, 'MATCH', prefix + '*', 'COUNT', '1000')
        found.update(as_text(key) for key in keys)
        if cursor == b'0':
            return sorted(key for key in found if key.startswith(prefix))


def dump_line(redis, key):
    """A key as an export holds it, or None: it has expired since it was found.

    Its content is read before it is dumped: what is written between the two makes it another key than the one exported,
    which then stays.
    """
    content, payload, pttl = key_content(redis, key), ask(redis, 'DUMP', key), ask(redis, 'PTTL', key)
    if content is None or payload is None or pttl == -2:
        return None
    return as_line({'content': content, 'dump': base64.b64encode(payload).decode(), 'key': key, 'pttl': pttl})


def key_content(redis, key):
    """The SHA-256 of what a key holds, or None where there is none.

    Not of its dump: Redis 7.0.15 dumps a long hash or set in the order in which it happens to lie in memory, another one
    after RESTORE, and even while nobody writes.
    """
    kind = ask(redis, 'TYPE', key)
    if kind == b'none':
        return None
    command, *range_of = READS.get(kind, ('DUMP',))
    found = ask(redis, command, key, *range_of)
    if kind == b'hash':
        found = sorted(zip(found[::2], found[1::2]))
    return hashlib.sha256(repr((kind, sorted(found) if kind == b'set' else found)).encode()).hexdigest()


def delete(redis, key):
    ask(redis, 'DEL', key)


def put_back(redis, line):
    """With the time to live it had when it was dumped; -1 is none, which RESTORE calls 0."""
    ask(redis, 'RESTORE', line['key'], str(max(line['pttl'], 0)), base64.b64decode(line['dump']), 'REPLACE')


def ask(redis, *words):
    try:
        redis.write(b'*%d\r\n' % len(words))
        for word in map(as_bytes, words):
            redis.write(b'$%d\r\n%s\r\n' % (len(word), word))
        redis.flush()
        return answer(redis)
    except OSError as problem:
        raise SystemExit('Redis did not answer %s: %s' % (words[0], problem))


def answer(redis):
    line = redis.readline()
    kind, rest = line[:1], line[1:-2]
    if kind == b'-':
        raise SystemExit('Redis: %s' % rest.decode('utf-8', 'replace'))
    if kind == b':':
        return int(rest)
    if kind == b'$':
        return None if rest == b'-1' else redis.read(int(rest) + 2)[:-2]
    if kind == b'*':
        return [answer(redis) for _ in range(int(rest))]
    if kind == b'+':
        return rest
    raise SystemExit('Redis answered %s, which is no RESP' % (line[:40] or 'nothing'))


def as_bytes(word):
    return word if isinstance(word, bytes) else word.encode('utf-8', 'surrogateescape')


def as_text(key):
    return key.decode('utf-8', 'surrogateescape')
