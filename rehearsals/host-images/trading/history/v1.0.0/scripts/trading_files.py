"""Where the trading system keeps what, and how it is read: for the system itself and for the scripts beside this file.

    outputs/market_data.db        the events, in mbo_events
    outputs/databento_cache/      what the Databento stream keeps; symbols/last-prices.json is read at every tick
    outputs/logs/trading.log      a line a tick, and one for each kind of error that it had
    outputs/run/lock              held while the system does a tick and while a script changes one of the files below
    outputs/run/state.json        the last tick: when it was, what the system saw, did and counted
    outputs/run/ingestion.json    {"databento": "running" or "stopped", "stops": how often it was stopped}
    outputs/run/trading.json      {"trading": "running" or "halted"}
    outputs/run/emergency.json    {"emergencies": how often Phase 4 was stopped, "held": true while it may not start}
    outputs/run/pipeline.json     {"validated": the integration layer that was found to work}
    outputs/run/health.json       the last comprehensive health report

controls.py says what decides how the system behaves, signals.py and new_features.py what Phases 2 and 4 keep.

No clock: the time is that of the system's last tick.
"""

import datetime
import fcntl
import json
import os

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
HOST = os.path.normpath(os.path.join(TREE, '..', '..'))
CLIENT = 'tasks/options_trading_system/data_ingestion/databento_api/solution.py'
CACHED_PRICES = 'outputs/databento_cache/symbols/last-prices.json'

# An index future costs thousands; Databento's unscaled integers of 1e-9 cost 10^12.
MOST_PRICE = 1_000_000


def path(*names):
    return '/'.join([TREE, *names])


def text(*names):
    with open(path(*names)) as file:
        return file.read()


def content_of(path):
    """None where there is no such file. Read again only where it is another, or was written since: ticks ask for it."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return None
    version = (found.st_ino, found.st_mtime_ns, found.st_size)
    if read.get(path, (None,))[0] != version:
        with open(path, 'rb') as file:
            read[path] = (version, file.read())
    return read[path][1]


read = {}


def stored(name, default):
    """One of the files in outputs/run; the default where it was never written."""
    content = content_of(path('outputs', 'run', name))
    return default if content is None else json.loads(content)


def store(name, content):
    """The caller holds the lock, and so does who reads."""
    write_over(path('outputs', 'run', name), json.dumps(content, sort_keys=True) + '\n')


def write_over(name, content):
    """In place: what is renamed over a file, or emptied first, ext4 writes to the disk at once; at every tick."""
    file = os.open(name, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.ftruncate(file, os.write(file, content.encode()))
    finally:
        os.close(file)


def locked():
    """Waits until no tick and no other script is at work; closing the file lets go."""
    os.makedirs(path('outputs', 'run'), exist_ok=True)
    lock = open(path('outputs', 'run', 'lock'), 'w')
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def state():
    try:
        return json.loads(text('outputs', 'run', 'state.json'))  # written at every tick, faster than a file's date tells
    except FileNotFoundError:
        return None


def ingestion():
    return stored('ingestion.json', {'databento': 'running', 'stops': 0})


def trading():
    return stored('trading.json', {'trading': 'running'})['trading']


def emergency():
    return stored('emergency.json', {'emergencies': 0, 'held': False})


def validated():
    """The integration layer that was found to work; None before the system's first tick, which takes what it finds."""
    return stored('pipeline.json', {'validated': None})['validated']


def listed(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def corrupt_cached_prices():
    try:
        prices = json.loads(text(CACHED_PRICES))
    except FileNotFoundError:
        return 0
    return sum(price > MOST_PRICE for price in prices.values())


def corrupt_rows(connection):
    # Written out, not bound: only then does SQLite use the index of exactly these rows.
    return connection.execute('SELECT count(*) FROM mbo_events WHERE price > %d' % MOST_PRICE).fetchone()[0]


def seconds(instant):
    """2026-01-05T09:00:10Z -> 1767603610.0"""
    return datetime.datetime.fromisoformat(instant.replace('Z', '+00:00')).timestamp()


def as_timestamp(at):
    """As the column holds it: 2026-01-05 09:00:10, in UTC."""
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime('%Y-%m-%d %H:%M:%S')
