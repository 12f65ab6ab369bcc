"""Reads and judges the data and the monitoring of Phase 4's components.

    outputs/phase4_state/<component>.json    {"at": ..., "value": ...}, the newest measurement
    outputs/metrics.db                       one row per minute in the component's table; daily_pnl belongs to others

    <root>/var/lib/systemctl/units.json      the services of the host: {"advanced-monitoring": "active", ...}
"""

import json
import os
import sqlite3
import urllib.parse

import trading_files

STATE = 'outputs/phase4_state'
DATABASE = 'outputs/metrics.db'
# The table of each component.
TABLES = {
    'success_metrics': 'success_metrics',
    'websocket_backfill': 'backfill_gaps',
    'budget_dashboard': 'budget_snapshots',
}
# Rates and shares in percent and gaps in seconds are all below this.
MOST_VALUE = 1_000_000
ADVANCED, BASIC = 'advanced-monitoring', 'basic-monitoring'


def deployed():
    """Returns whether components exist. Versions before v1.3.1 have none: data is ignored and either monitoring fits."""
    return os.path.exists(trading_files.path('config', 'components.json'))


def state_files():
    """Returns for each state file whether its value is impossible."""
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
    # The limit is in the text, not bound, because SQLite otherwise does not use the partial index of these rows.
    counts = ['(SELECT count(*) FROM %s WHERE value > %d)' % (table, MOST_VALUE) for table in TABLES.values()]
    return connection.execute('SELECT %s' % ' + '.join(counts)).fetchone()[0]


def rows(connection):
    counts = ['(SELECT count(*) FROM %s)' % table for table in TABLES.values()]
    return connection.execute('SELECT %s' % ' + '.join(counts)).fetchone()[0]


def left_over(files, enabled, running):
    """Counts the state of components that neither run nor may start. A restarted component would continue from it."""
    return sum(not wrong and os.path.splitext(name)[0] not in [*enabled, *running] for name, wrong in files.items())


def monitoring():
    """Returns which of the two monitoring services are active."""
    try:
        with open(os.path.join(trading_files.HOST, 'var', 'lib', 'systemctl', 'units.json')) as file:
            units = json.load(file)
    except FileNotFoundError:
        return []
    return [name for name in (ADVANCED, BASIC) if units.get(name) == 'active']


def unwatched(enabled):
    """Returns 1 unless exactly the monitoring service that fits the components is active."""
    if not deployed():
        return int(not monitoring())
    return int(monitoring() != [ADVANCED if enabled else BASIC])
