"""What Phase 2's analysis keeps, and what is wrong with it.

    outputs/signal_cache/<symbol>-<day>-<hour>.jsonl    one signal a line
    outputs/baselines.json                              what each symbol's trades usually look like, and by which algorithm

and on a host with Redis (etc/redis.conf) the newest signal of each symbol and hour, as the key signal:<symbol>:<hour>.
A signal is {"algorithm": "v3.0", "at": …, "strength": -1 to 1, "symbol": "ESM6"}.
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

# v1.0 is the first algorithm's package in every version; v3.0's came with v1.1.0, and the signal cache with it.
PACKAGES = {'v1.0': 'institutional_flow_v1', 'v3.0': 'institutional_flow_v3'}


def cached():
    """How many signals there are by (algorithm, whether it is corrupt), over the files and Redis."""
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
    """By which algorithm, and whether it is corrupt; what is no signal is a corrupt one."""
    try:
        signal = json.loads(text)
        return signal['algorithm'], abs(signal['strength']) > MOST_STRENGTH
    except (ValueError, TypeError, KeyError):
        return None, True


def corrupt(counts):
    return sum(count for (_, wrong), count in counts.items() if wrong)


def left_over(counts, installed):
    """Sound signals of an algorithm that is not installed any more: nobody can stand for them."""
    return sum(count for (algorithm, wrong), count in counts.items() if not wrong and algorithm not in installed)


def in_use():
    """Whether the installed version keeps signals and baselines at all; before v1.1.0 there was nothing to keep."""
    return os.path.isdir(trading_files.path(controls.FLOWS, PACKAGES['v3.0']))


def baselines():
    """Which algorithm the baselines are for; None where there are none."""
    try:
        return json.loads(trading_files.text(BASELINES))['algorithm']
    except (FileNotFoundError, ValueError, KeyError):
        return None


def has_redis():
    return os.path.exists(os.path.join(trading_files.HOST, 'etc', 'redis.conf'))


class Redis:
    """As much of a client as a look at the signals needs; raises OSError where nobody answers."""

    def __init__(self):
        # A path below the host's folder may be too long for a socket's name; seen from there it never is.
        here = os.open('.', os.O_RDONLY)
        try:
            os.chdir(trading_files.HOST)
            self.socket = socket.socket(socket.AF_UNIX)
            self.socket.connect(os.path.join('var', 'run', 'redis.sock'))
        except OSError as problem:
            raise OSError('Redis does not answer at var/run/redis.sock: %s' % problem.strerror)
        finally:
            os.fchdir(here)
            os.close(here)
        self.answers = self.socket.makefile('rb')

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.answers.close()
        self.socket.close()

    def get(self, key):
        return self.ask('GET', key)

    def keys(self, pattern):
        cursor, keys = '0', set()
        while True:
            cursor, page = self.ask('SCAN', cursor, 'MATCH', pattern, 'COUNT', '100')
            keys.update(page)
            if cursor == '0':
                return sorted(keys)

    def ask(self, *words):
        parts = ['*%d\r\n' % len(words)] + ['$%d\r\n%s\r\n' % (len(word.encode()), word) for word in words]
        self.socket.sendall(''.join(parts).encode())
        return self.answer()

    def answer(self):
        line = self.answers.readline().decode().strip()
        kind, rest = line[:1], line[1:]
        if kind == '*':
            return [self.answer() for _ in range(int(rest))]
        if kind == '$':
            return None if rest == '-1' else self.answers.read(int(rest) + 2)[:-2].decode()
        if kind in ('+', ':'):
            return rest
        raise OSError('Redis answered %s' % (line or 'nothing'))
