"""Phase 2's part: makes signals from events with the algorithm in use."""

import collections
import json
import os
import sys

import controls
import signals
import trading_files
from trading_system import redis_server
from trading_system.loading import fresh
from trading_system.phases import HEALTHY, UNSCALED

NEW = 'v3.0'
# The accuracy if the baselines belong to an algorithm that is not installed.
LOWERED_ACCURACY = 71
PROBE = {'symbol': 'ESM6', 'side': 'B', 'size': 2 * UNSCALED}


class Analysis:
    def __init__(self, state):
        self.flow = None
        self.requested = None
        self.installed = {}
        self.running = None
        self.caches = Caches()
        before = (state or {}).get('analysis', {})
        self.made_by, self.newest = before.get('made_by', []), before.get('newest')
        sys.path.append(trading_files.path(controls.FLOWS))

    def follow(self, seen):
        """Reads the installed code again. The engine keeps its loaded code until another algorithm is requested."""
        if seen['institutional_flow'] != self.flow:
            self.flow = seen['institutional_flow']
            packages = trading_files.listed(trading_files.path(controls.FLOWS))
            self.installed = {
                version: Algorithm(version, package) for version, package in signals.PACKAGES.items() if package in packages
            }
        if self.running is None or seen['in_use'] != self.requested:
            self.running = self.installed.get(seen['in_use'])
            self.made_by = []
        self.requested = seen['in_use']

    @property
    def versions(self):
        return sorted({algorithm.version for algorithm in self.installed.values() if not algorithm.broken})

    @property
    def fragile(self):
        """Returns whether faults strike: they strike the new algorithm, installed or still running."""
        return NEW in self.versions or (self.running is not None and self.running.version == NEW)

    def work(self, beside, in_use, struck, unscaled):
        """Makes signals for the trades of both arms of the A/B test."""
        made = []
        for algorithm, trades in ((self.installed.get('v1.0'), beside), (self.running, in_use)):
            if algorithm and not algorithm.broken and 'system_failure' not in struck:
                made += algorithm.signals(trades, UNSCALED if unscaled else 1)
        if made:
            self.made_by = sorted({signal['algorithm'] for signal in made})
            self.newest = max(signal['at'] for signal in made)
            if signals.in_use():
                self.caches.keep(made)

    def metrics(self, unscaled):
        keeps = signals.in_use()
        counts = self.caches.counts() if keeps else collections.Counter()
        fitting = not keeps or signals.baselines() in self.versions
        return {
            'SystemFailures': sum(algorithm.broken for algorithm in self.installed.values()),
            'DataIntegrityErrors': signals.corrupt(counts) + self.would_corrupt(unscaled),
            'Accuracy': HEALTHY['Accuracy'] if fitting else LOWERED_ACCURACY,
            'LeftoverSignals': signals.left_over(counts, self.versions),
        }

    def would_corrupt(self, unscaled):
        """Returns 1 if a trial shows that an installed algorithm would make a corrupt signal."""
        return int(unscaled and any(algorithm.corrupts(PROBE) for algorithm in self.installed.values()))

    def state(self):
        return {'installed': self.versions, 'made_by': self.made_by, 'newest': self.newest}


class Algorithm:
    """An algorithm with the code that it had when it was loaded."""

    def __init__(self, version, package):
        self.version = version
        try:
            module = fresh(package + '.solution', 'institutional_flow_')
            # A package may use another package's algorithm; its ALGORITHM then names that one.
            self.version = getattr(module, 'ALGORITHM', version)
            self.signal, self.broken = module.signal, 0
        except Exception as problem:
            print('%s does not load: %s' % (package, problem), file=sys.stderr)
            self.signal, self.broken = None, 1

    def signals(self, trades, scale):
        try:
            strengths = self.signal([{**trade, 'size': trade['size'] * scale} for trade in trades]) if trades else []
        except Exception as problem:  # the health check runs the algorithm on the newest events and reports this
            print('%s makes no signals: %s' % (self.version, problem), file=sys.stderr)
            return []
        return [
            {'algorithm': self.version, 'at': trade['at'], 'strength': strength, 'symbol': trade['symbol']}
            for trade, strength in zip(trades, strengths)
        ]

    def corrupts(self, trade):
        try:
            return not self.broken and any(abs(one) > signals.MOST_STRENGTH for one in self.signal([trade]))
        except Exception:
            return False


class Caches:
    """The signal cache in files, and in Redis if the host has it. Existing content is counted once."""

    def __init__(self):
        self.redis = redis_server.start(trading_files.HOST) if signals.has_redis() else None
        self.files = {}

    def keep(self, made):
        os.makedirs(trading_files.path(signals.CACHE), exist_ok=True)
        lines, newest = collections.defaultdict(list), {}
        for signal in made:
            hour = signal['at'][:13].replace('-', '').replace('T', '-')
            line = json.dumps(signal, sort_keys=True)
            lines['%s-%s.jsonl' % (signal['symbol'], hour)].append(line)
            newest['%s%s:%s' % (signals.KEYS, signal['symbol'], hour)] = line
        for name, added in lines.items():
            with open(trading_files.path(signals.CACHE, name), 'a') as file:
                file.write('\n'.join(added) + '\n')
        if self.redis:
            self.redis.set(newest)

    def counts(self):
        before, self.files = self.files, {}
        for name in trading_files.listed(trading_files.path(signals.CACHE)):
            self.files[name] = self.counted(name, *before.get(name, (None, 0, collections.Counter())))
        total = signals.counted(self.redis.values(signals.KEYS)) if self.redis else collections.Counter()
        for _, _, counts in self.files.values():
            total.update(counts)
        return total

    def counted(self, name, inode, size, counts):
        """Counts only lines added since the last count, unless the file was replaced."""
        path = trading_files.path(signals.CACHE, name)
        now = os.stat(path)
        if (now.st_ino, now.st_size) == (inode, size):
            return inode, size, counts
        if now.st_ino != inode or now.st_size < size:
            size, counts = 0, collections.Counter()
        with open(path) as file:
            file.seek(size)
            return now.st_ino, now.st_size, counts + signals.counted(file.read().splitlines())
