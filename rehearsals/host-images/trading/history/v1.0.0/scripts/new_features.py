"""What Phase 4's components keep, which services watch them, and what is wrong with either.

    outputs/phase4_state/<component>.json    {"at": …, "value": …}, the newest measurement
    outputs/metrics.db                       a row a minute in the component's table; daily_pnl is somebody else's

    <root>/var/lib/systemctl/units.json      the services of the host: {"advanced-monitoring": "active", …}
"""

import json
import os
import sqlite3
import urllib.parse

import trading_files

STATE = 'outputs/phase4_state'
DATABASE = 'outputs/metrics.db'
# A table a component.
TABLES = {
    'success_metrics': 'success_metrics',
    'websocket_backfill': 'backfill_gaps',
    'budget_dashboard': 'budget_snapshots',
}
# Rates and shares in percent, gaps in seconds: all below this.
MOST_VALUE = 1_000_000
ADVANCED, BASIC = 'advanced-monitoring', 'basic-monitoring'


def deployed():
    """Before v1.3.1 there were no components: what they left is nobody's, and either monitoring will do."""
    return os.path.exists(trading_files.path('config', 'components.json'))


def state_files():
    """Name -> whether it holds a value that cannot be."""
    return {name: is_corrupt(name) for name in trading_files.listed(trading_files.path(STATE))}


def is_corrupt(name):
    try:
        return json.loads(trading_files.content_of(trading_files.path(STATE, name)))['value'] > MOST_VALUE
    except (ValueError, TypeError, KeyError):
        return True


def connect():
    path = urllib.parse.quote(trading_files.path(DATABASE))
    return sqlite3.connect('file:%s?mode=rw' % path, uri=True, isolation_level=None)


def corrupt_rows(connection):
    # Written out, not bound: only then does SQLite use the index of exactly these rows.
    counts = ['(SELECT count(*) FROM %s WHERE value > %d)' % (table, MOST_VALUE) for table in TABLES.values()]
    return connection.execute('SELECT %s' % ' + '.join(counts)).fetchone()[0]


def rows(connection):
    counts = ['(SELECT count(*) FROM %s)' % table for table in TABLES.values()]
    return connection.execute('SELECT %s' % ' + '.join(counts)).fetchone()[0]


def left_over(files, enabled, running):
    """State of components that neither run nor may: one that starts again would go on from it."""
    return sum(not wrong and os.path.splitext(name)[0] not in [*enabled, *running] for name, wrong in files.items())


def monitoring():
    """The services that watch, of the two there are."""
    try:
        with open(os.path.join(trading_files.HOST, 'var', 'lib', 'systemctl', 'units.json')) as file:
            units = json.load(file)
    except FileNotFoundError:
        return []
    return [name for name in (ADVANCED, BASIC) if units.get(name) == 'active']


def unwatched(enabled):
    """1 where the service does not run that fits the components, or one that does not fit runs."""
    if not deployed():
        return int(not monitoring())
    return int(monitoring() != [ADVANCED if enabled else BASIC])
