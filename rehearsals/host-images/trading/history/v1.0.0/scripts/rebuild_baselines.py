"""Rebuilds outputs/baselines.json for the algorithm in use: the usual size of each symbol's trades.

    python scripts/rebuild_baselines.py --quick    from the newest 200 events of each symbol
"""

import argparse
import json
import sqlite3
import sys
import urllib.parse

import controls
import signals
import trading_files

QUICK_EVENTS = 200
# Only events with possible prices: the analysis must not learn from corrupt ones.
QUERY = 'SELECT size FROM mbo_events WHERE symbol = ? AND price <= %d ORDER BY timestamp DESC, event_id DESC LIMIT %d'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--quick', action='store_true', required=True)
    parser.parse_args()
    with trading_files.locked():
        baselines = build()
        trading_files.write_over(trading_files.path(signals.BASELINES), json.dumps(baselines, sort_keys=True) + '\n')
    print(json.dumps(baselines, sort_keys=True))


def build():
    path = urllib.parse.quote(trading_files.path('outputs', 'market_data.db'))
    connection = sqlite3.connect('file:%s?mode=ro' % path, uri=True)
    symbols = [row[0] for row in connection.execute('SELECT DISTINCT symbol FROM mbo_events ORDER BY symbol')]
    usual = {symbol: usual_size(connection, symbol) for symbol in symbols}
    if not usual:
        sys.exit('There are no events to build baselines from')
    algorithm = controls.effective('algorithm_version', controls.flags(), controls.profile())
    return {'algorithm': algorithm, 'sizes': usual}


def usual_size(connection, symbol):
    query = QUERY % (trading_files.MOST_PRICE, QUICK_EVENTS)
    sizes = sorted(row[0] for row in connection.execute(query, (symbol,)))
    return sizes[len(sizes) // 2] if sizes else None


if __name__ == '__main__':
    main()
