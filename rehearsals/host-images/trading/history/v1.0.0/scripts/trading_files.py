"""Reads and writes the trading system's files, for the system itself and for the scripts beside this file.

    outputs/market_data.db        the events, in mbo_events
    outputs/databento_cache/      the Databento stream's cache; each tick reads symbols/last-prices.json
    outputs/logs/trading.log      one line per tick, and one per kind of error in it
    outputs/run/lock              held during a tick, and while a script changes one of the files below
    outputs/run/state.json        the last tick: its time, and the controls, work and counts of the system
    outputs/run/ingestion.json    {"databento": "running" or "stopped", "stops": the number of stops}
    outputs/run/trading.json      {"trading": "running" or "halted"}
    outputs/run/emergency.json    {"emergencies": the number of stops of Phase 4, "held": true while it may not start}
    outputs/run/pipeline.json     {"validated": the integration layer that passed its test}
    outputs/run/health.json       the last comprehensive health report
    outputs/run/orders.json       the orders that are open, by number: "acknowledged" or "sent"; how many were sent in all, and
                                  what differs from the broker: positions, gaps in the sequence; null if nobody can find out

controls.py reads the settings that decide the system's behaviour; signals.py and new_features.py read the data of
Phases 2 and 4.

No file uses a clock: the time is that of the system's last tick.
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
    """Returns a file's content, or None if there is none. Reads it again only if it changed, because ticks call this."""
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
    """Returns the content of a file in outputs/run, or the default if it was never written."""
    content = content_of(path('outputs', 'run', name))
    return default if content is None else json.loads(content)


def store(name, content):
    """Writes a file in outputs/run. The caller holds the lock, and so does every reader."""
    write_over(path('outputs', 'run', name), json.dumps(content, sort_keys=True) + '\n')


def write_over(name, content):
    """Writes a file in place. ext4 would flush a file that is renamed over another or emptied first, at every tick."""
    file = os.open(name, os.O_WRONLY | os.O_CREAT, 0o644)
    try:
        os.ftruncate(file, os.write(file, content.encode()))
    finally:
        os.close(file)


def locked():
    """Acquires the lock, so that no tick and no other script runs. Closing the returned file releases it."""
    os.makedirs(path('outputs', 'run'), exist_ok=True)
    lock = open(path('outputs', 'run', 'lock'), 'w')
    fcntl.flock(lock, fcntl.LOCK_EX)
    return lock


def state():
    try:
        return json.loads(text('outputs', 'run', 'state.json'))  # not cached: ticks may be faster than file dates
    except FileNotFoundError:
        return None


def ingestion():
    return stored('ingestion.json', {'databento': 'running', 'stops': 0})


def trading():
    return stored('trading.json', {'trading': 'running'})['trading']


def emergency():
    return stored('emergency.json', {'emergencies': 0, 'held': False})


def validated():
    """Returns the validated integration layer. None before the first tick, which accepts the installed layer."""
    return stored('pipeline.json', {'validated': None})['validated']


def orders():
    """Returns the orders at the broker. Two are open before anything else happened."""
    first = {'open': {'1': 'acknowledged', '2': 'acknowledged'}, 'sent': 2, 'position_breaks': 0, 'sequence_gaps': 0}
    return stored('orders.json', first)


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
    # The limit is in the text, not bound, because SQLite otherwise does not use the partial index of these rows.
    return connection.execute('SELECT count(*) FROM mbo_events WHERE price > %d' % MOST_PRICE).fetchone()[0]


def seconds(instant):
    """Returns an instant as seconds since 1970: 2026-01-05T09:00:10Z is 1767603610.0."""
    return datetime.datetime.fromisoformat(instant.replace('Z', '+00:00')).timestamp()


def as_timestamp(at):
    """Returns seconds since 1970 in the column's format: 2026-01-05 09:00:10, in UTC."""
    return datetime.datetime.fromtimestamp(at, datetime.timezone.utc).strftime('%Y-%m-%d %H:%M:%S')
