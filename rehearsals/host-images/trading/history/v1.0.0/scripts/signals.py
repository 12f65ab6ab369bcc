"""Reads and judges the data of Phase 2's analysis.

    outputs/signal_cache/<symbol>-<day>-<hour>.jsonl    one signal per line
    outputs/baselines.json                              each symbol's usual trade size, and the baselines' algorithm

On a host with Redis (etc/redis.conf), the key signal:<symbol>:<hour> holds the newest signal of each symbol and hour.
A signal is {"algorithm": "v3.0", "at": ..., "strength": -1 to 1, "symbol": "ESM6"}.
"""

import collections
import functools
import json
import os
import socket

import controls
import trading_files

CACHE = 'outputs/signal_cache'
BASELINES = 'outputs/baselines.json'
KEYS = 'signal:'
MOST_STRENGTH = 1

# Every version has the package of algorithm v1.0. Version v1.1.0 added the package of v3.0 and the signal cache.
PACKAGES = {'v1.0': 'institutional_flow_v1', 'v3.0': 'institutional_flow_v3'}


def cached():
    """Counts the signals in files and Redis by (algorithm, whether it is corrupt)."""
    counts = collections.Counter()
    for name in trading_files.listed(trading_files.path(CACHE)):
        counts += counted(trading_files.text(CACHE, name).splitlines())
    if has_redis():
        with Redis() as redis:
            counts += counted(redis.get(key) for key in redis.keys(KEYS + '*'))
    return counts


def counted(texts):
    return collections.Counter(judged(text) for text in texts)


@functools.lru_cache(maxsize=1000)
def judged(text):
    """Returns a signal's algorithm and whether it is corrupt. Text that is no signal counts as corrupt."""
    try:
        signal = json.loads(text)
        return signal['algorithm'], abs(signal['strength']) > MOST_STRENGTH
    except (ValueError, TypeError, KeyError):
        return None, True


def corrupt(counts):
    return sum(count for (_, wrong), count in counts.items() if wrong)


def left_over(counts, installed):
    """Counts sound signals of an algorithm that is no longer installed: nothing can verify them."""
    return sum(count for (algorithm, wrong), count in counts.items() if not wrong and algorithm not in installed)


def in_use():
    """Returns whether the installed version stores signals and baselines. Versions before v1.1.0 store none."""
    return os.path.isdir(trading_files.path(controls.FLOWS, PACKAGES['v3.0']))


def baselines():
    """Returns the algorithm of the baselines, or None if there are none."""
    try:
        return json.loads(trading_files.text(BASELINES))['algorithm']
    except (FileNotFoundError, ValueError, KeyError):
        return None


def has_redis():
    return os.path.exists(os.path.join(trading_files.HOST, 'etc', 'redis.conf'))


class Redis:
    """A client with the few commands that reading signals needs. Raises OSError if no server responds."""

    def __init__(self):
        # The absolute path may be too long for a socket's name; the path relative to the host's folder is not.
        here = os.open('.', os.O_RDONLY)
        try:
            os.chdir(trading_files.HOST)
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(os.path.join('var', 'run', 'redis.sock'))
        except OSError as problem:
            raise OSError('Redis does not respond at var/run/redis.sock: %s' % problem.strerror)
        finally:
            os.fchdir(here)
            os.close(here)
        self.replies = self.socket.makefile('rb')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.replies.close()
        self.socket.close()

    def get(self, key):
        return self.send('GET', key)

    def keys(self, pattern):
        cursor, keys = '0', set()
        while True:
            cursor, page = self.send('SCAN', cursor, 'MATCH', pattern, 'COUNT', '100')
            keys.update(page)
            if cursor == '0':
                return sorted(keys)

    def send(self, *words):
        parts = ['*%d\r\n' % len(words)] + ['$%d\r\n%s\r\n' % (len(word.encode()), word) for word in words]
        self.socket.sendall(''.join(parts).encode())
        return self.reply()

    def reply(self):
        line = self.replies.readline().decode().strip()
        kind, rest = line[:1], line[1:]
        if kind == '*':
            return [self.reply() for _ in range(int(rest))]
        if kind == '$':
            return None if rest == '-1' else self.replies.read(int(rest) + 2)[:-2].decode()
        if kind in ('+', ':'):
            return rest
        raise OSError('Redis replied %s' % (line or 'nothing'))
