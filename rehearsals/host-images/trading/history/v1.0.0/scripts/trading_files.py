"""Where the trading system keeps what, and how it is read: for the system itself and for the scripts beside this file.

    outputs/market_data.db        the events, in mbo_events
    outputs/databento_cache/      what the Databento stream keeps; symbols/last-prices.json is read at every tick
    outputs/run/lock              held while the system does a tick and while a script changes one of the files below
    outputs/run/state.json        the last tick: when it was, what the system saw, its metrics
    outputs/run/ingestion.json    {"databento": "running" or "stopped", "stops": how often it was stopped}
    outputs/run/trading.json      {"trading": "running" or "halted"}
    outputs/run/health.json       the last comprehensive health report

    <root>/var/lib/appconfig/<application>/<environment>/<profile>.json    the flags, as the AppConfig agent writes them

No clock: the time is that of the system's last tick.
"""

import datetime
import fcntl
import hashlib
import json
import os

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
FLAGS = os.path.normpath(os.path.join(TREE, '..', '..', 'var', 'lib', 'appconfig'))
CLIENT = 'tasks/options_trading_system/data_ingestion/databento_api/solution.py'
CACHED_PRICES = 'outputs/databento_cache/symbols/last-prices.json'

# An index future costs thousands; Databento's unscaled integers of 1e-9 cost 10^12.
MOST_PRICE = 1_000_000


def path(*names):
    return os.path.join(TREE, *names)


def text(*names):
    with open(path(*names)) as file:
        return file.read()


def stored(name, default):
    """One of the files in outputs/run; the default where it was never written."""
    try:
        return json.loads(text('outputs', 'run', name))
    except FileNotFoundError:
        return default


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
    return stored('state.json', None)


def ingestion():
    return stored('ingestion.json', {'databento': 'running', 'stops': 0})


def trading():
    return stored('trading.json', {'trading': 'running'})['trading']


def source():
    """Where events come from, and the AppConfig environment that says so; without a flag, the pipeline's profile."""
    value, layer = effective_flag('data_source')
    if value:
        return value, layer
    return json.loads(text('config', 'pipeline_config.json'))['production']['data_source'], None


def effective_flag(flag):
    """An override (the environment <name>-safety) wins over the normal value; neither is None."""
    found = {}
    for environment, flags in flag_files():
        if flag in flags:
            entry = flags[flag]
            found[environment] = entry.get('enabled') is True and entry.get('value', True)
    for environment in sorted(found, key=lambda name: not name.endswith('-safety')):
        return found[environment], environment
    return None, None


def flag_files():
    for application in listed(FLAGS):
        for environment in listed(os.path.join(FLAGS, application)):
            folder = os.path.join(FLAGS, application, environment)
            for profile in listed(folder):
                if profile.endswith('.json'):
                    with open(os.path.join(folder, profile)) as file:
                        yield environment, json.load(file)


def listed(folder):
    try:
        return sorted(os.listdir(folder))
    except FileNotFoundError:
        return []


def seen():
    """What decides how the system behaves: a tick or a health report that saw something else is out of date."""
    controls = ingestion()
    return {
        'head': text('.git', 'HEAD').strip(),
        'client': hashlib.sha256(text(CLIENT).encode()).hexdigest()[:12],
        'source': source()[0],
        'databento': controls['databento'],
        'stops': controls['stops'],
    }


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
