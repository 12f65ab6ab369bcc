"""A small stand-in for Redis. It stores only strings and has only these commands; others are errors.

    PING  GET  SET  DEL  EXISTS  TYPE  DBSIZE  PTTL  SCAN [MATCH] [COUNT] [TYPE]  DUMP  RESTORE [REPLACE] [ABSTTL]
    INFO keyspace  WATCH  UNWATCH  MULTI  EXEC

It speaks RESP2 at the Unix socket var/run/redis.sock of its host and opens no port. It has only database 0. It has no
clock, so a time to live never decreases. Keys are stored in var/lib/redis/keys.json and survive the process. A DUMP has
Redis's own format of a short string (its type, its length, its bytes, RDB version, CRC-64), and RESTORE checks that
format.
"""

import fnmatch
import hashlib
import json
import os
import socketserver
import struct
import threading

# The oldest version that every Redis since 4.0 restores.
RDB_VERSION = 8
STRING = 0
NO_TTL = 0
REFLECTED_JONES = 0x95AC9329AC4BC9B5


class Wrong(Exception):
    """An error that is sent as the reply."""


class Store:
    def __init__(self, host):
        self.path = os.path.join(host, 'var', 'lib', 'redis', 'keys.json')
        self.lock = threading.Lock()
        try:
            with open(self.path) as file:
                kept = json.load(file)
        except FileNotFoundError:
            kept = {}
        self.keys = {as_bytes(key): (as_bytes(value), ttl) for key, (value, ttl) in kept.items()}

    def set(self, values):
        """Sets several keys at once, for the trading system itself."""
        with self.lock:
            self.keys.update({key.encode(): (value.encode(), NO_TTL) for key, value in values.items()})
            self.keep()

    def values(self, prefix):
        with self.lock:
            return [value.decode('utf-8', 'replace') for key, (value, _) in self.keys.items()
                    if key.startswith(prefix.encode())]

    def keep(self):
        os.makedirs(os.path.dirname(self.path), exist_ok=True)
        kept = {as_text(key): [as_text(value), ttl] for key, (value, ttl) in sorted(self.keys.items())}
        # Written in place, because ext4 flushes a file that is renamed over another, and this runs at every tick.
        file = os.open(self.path, os.O_WRONLY | os.O_CREAT, 0o644)
        try:
            os.ftruncate(file, os.write(file, json.dumps(kept).encode()))
        finally:
            os.close(file)

    def do(self, words):
        """Runs a command and returns its reply: bytes or None, a number, a text, or a list of these."""
        name = words[0].decode('ascii', 'replace').upper()
        if name not in COMMANDS:
            raise Wrong("ERR unknown command '%s'; this is the image's stand-in, not Redis" % name)
        with self.lock:
            try:
                reply = COMMANDS[name](self.keys, *words[1:])
            except (TypeError, ValueError):
                raise Wrong("ERR wrong arguments for '%s'" % name.lower())
            if name in ('SET', 'DEL', 'RESTORE'):
                self.keep()
        return reply


def as_text(content):
    return content.decode('utf-8', 'surrogateescape')


def as_bytes(text):
    return text.encode('utf-8', 'surrogateescape')


# Commands


def set_(keys, key, value):
    keys[key] = (value, NO_TTL)
    return 'OK'


def get(keys, key):
    return keys.get(key, (None, NO_TTL))[0]


def delete(keys, *names):
    return sum(keys.pop(name, None) is not None for name in names)


def exists(keys, *names):
    return sum(name in keys for name in names)


def pttl(keys, key):
    return -2 if key not in keys else keys[key][1] or -1


def scan(keys, cursor, *options):
    """Returns keys in the order of their hashes, so a cursor stays valid if keys are added or deleted meanwhile."""
    chosen = {options[i].upper(): options[i + 1] for i in range(0, len(options), 2)}
    if not set(chosen) <= {b'MATCH', b'COUNT', b'TYPE'}:
        raise ValueError
    start, count = int(cursor), int(chosen.get(b'COUNT', 10))
    rest = sorted((place(key), key) for key in keys if place(key) >= start)
    page, after = rest[:count], rest[count:]
    pattern = as_text(chosen.get(b'MATCH', b'*'))
    none = chosen.get(b'TYPE', b'string').lower() != b'string'
    found = [] if none else [key for _, key in page if fnmatch.fnmatchcase(as_text(key), pattern)]
    return [str(after[0][0] if after else 0).encode(), found]


def place(key):
    return 1 + int.from_bytes(hashlib.sha256(key).digest()[:6], 'big')


def dump(keys, key):
    if key not in keys:
        return None
    value = keys[key][0]
    payload = bytes([STRING]) + length(len(value)) + value + struct.pack('<H', RDB_VERSION)
    return payload + struct.pack('<Q', crc64(payload))


def restore(keys, key, ttl, payload, *options):
    chosen = {option.upper() for option in options}
    if not chosen <= {b'REPLACE', b'ABSTTL'} or int(ttl) < 0:
        raise ValueError
    if key in keys and b'REPLACE' not in chosen:
        raise Wrong('BUSYKEY Target key name already exists.')
    keys[key] = (dumped(payload), int(ttl))
    return 'OK'


def dumped(payload):
    body, footer = payload[:-8], payload[-8:]
    if len(payload) < 11 or struct.pack('<Q', crc64(body)) != footer:
        raise Wrong('ERR DUMP payload version or checksum are wrong')
    head = body[1:6]
    size, start = (head[0], 2) if head[0] < 0x40 else (((head[0] & 0x3F) << 8) + head[1], 3)
    if head[0] == 0x80:
        size, start = int.from_bytes(head[1:5], 'big'), 6
    if body[0] != STRING or head[0] > 0x80 or len(body) != start + size + 2:
        raise Wrong('ERR Bad data format')
    return body[start:-2]


def length(size):
    """Returns a length in RDB's encoding: six bits, fourteen bits, or four bytes."""
    if size < 0x40:
        return bytes([size])
    if size < 0x4000:
        return bytes([0x40 | size >> 8, size & 0xFF])
    return b'\x80' + size.to_bytes(4, 'big')


def crc64(content):
    """Returns the CRC-64 after Jones as Redis computes it: reflected, initial value 0."""
    crc = 0
    for byte in content:
        crc = CRC_TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    return crc


def crc_of(byte):
    for _ in range(8):
        byte = byte >> 1 ^ (REFLECTED_JONES if byte & 1 else 0)
    return byte


CRC_TABLE = [crc_of(byte) for byte in range(256)]
COMMANDS = {
    'PING': lambda keys: 'PONG',
    'GET': get,
    'SET': set_,
    'DEL': delete,
    'EXISTS': exists,
    'TYPE': lambda keys, key: 'string' if key in keys else 'none',
    'DBSIZE': len,
    'PTTL': pttl,
    'SCAN': scan,
    'DUMP': dump,
    'RESTORE': restore,
    'INFO': lambda keys, section: b'# Keyspace\r\n' + (b'db0:keys=%d\r\n' % len(keys) if keys else b''),
}


# The protocol


def listener(store, host):
    """Listens below the host's folder. The relative name of the socket is never too long."""
    os.makedirs(os.path.join(host, 'var', 'run'), exist_ok=True)
    os.chdir(host)
    name = os.path.join('var', 'run', 'redis.sock')
    if os.path.lexists(name):
        os.unlink(name)
    # The socket has another name until it listens, because a client may connect as soon as it finds the socket.
    server = socketserver.ThreadingUnixStreamServer(name + '.new', Conversation)
    os.rename(name + '.new', name)
    server.daemon_threads, server.store = True, store
    return server


def start(host):
    """Returns a host's store, which a thread of this process serves while the process lives."""
    store = Store(host)
    threading.Thread(target=listener(store, host).serve_forever, daemon=True).start()
    return store


class Conversation(socketserver.StreamRequestHandler):
    def handle(self):
        self.watched, self.queued = {}, None
        while True:
            words = self.command()
            if not words:
                return
            try:
                reply = encoded(self.replied(words))
            except Wrong as wrong:
                reply = b'-%s\r\n' % str(wrong).encode()
            self.wfile.write(reply)

    def replied(self, words):
        """Returns the reply to a command. In a transaction the command waits for EXEC."""
        store, name = self.server.store, words[0].upper()
        if name == b'WATCH':
            self.watched.update({key: store.keys.get(key) for key in words[1:]})
        elif name == b'UNWATCH':
            self.watched = {}
        elif name == b'MULTI':
            self.queued = []
        elif name == b'EXEC':
            same = all(store.keys.get(key) is entry for key, entry in self.watched.items())
            queued, self.watched, self.queued = self.queued, {}, None
            return [store.do(each) for each in queued] if same else None
        elif self.queued is not None:
            self.queued.append(words)
            return 'QUEUED'
        else:
            return store.do(words)
        return 'OK'

    def command(self):
        head = self.rfile.readline()
        if not head.startswith(b'*'):
            return head.split()  # a command typed by a person
        return [self.word() for _ in range(int(head[1:]))]

    def word(self):
        size = int(self.rfile.readline()[1:])
        return self.rfile.read(size + 2)[:-2]


def encoded(reply):
    if reply is None:
        return b'$-1\r\n'
    if isinstance(reply, list):
        return b'*%d\r\n' % len(reply) + b''.join(map(encoded, reply))
    if isinstance(reply, bytes):
        return b'$%d\r\n%s\r\n' % (len(reply), reply)
    return (b':%d\r\n' % reply) if isinstance(reply, int) else b'+%s\r\n' % reply.encode()
