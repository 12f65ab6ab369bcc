"""Checks the trading system and prints what it found as one line of JSON.

    python scripts/health_check.py --comprehensive    may trading resume? Also kept as outputs/run/health.json
    python scripts/health_check.py --quick            does the system do its work, trading included?

Exits 0 when HEALTHY, 1 when UNHEALTHY, 2 when INCONCLUSIVE: nothing is healthy because nobody looked.
"""

import argparse
import importlib
import json
import sqlite3
import sys
import urllib.parse

import trading_files

EXITS = {'HEALTHY': 0, 'UNHEALTHY': 1, 'INCONCLUSIVE': 2}

# The feeds send twelve events a minute.
MOST_AGE_SECONDS = 30
LEAST_EVENTS_PER_MINUTE = 6
# Usual are 94 % and 120 ms; within a tenth counts as usual.
LEAST_ACCURACY = 85
MOST_LATENCY_MS = 132
MOST_COST_PERCENT = 200


def main():
    parser = argparse.ArgumentParser()
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument('--comprehensive', action='store_true')
    mode.add_argument('--quick', action='store_true')
    comprehensive = parser.parse_args().comprehensive
    with trading_files.locked():
        report = look(comprehensive)
        if comprehensive:
            trading_files.store('health.json', report)
    print(json.dumps(report, sort_keys=True))
    print('✅ System healthy' if report['healthy'] else '❌ Health check: %s' % sentence(report), file=sys.stderr)
    sys.exit(EXITS[report['verdict']])


def look(comprehensive):
    """The report. The caller holds the lock."""
    state, seen = trading_files.state(), trading_files.seen()
    old = out_of_date(state, seen)
    checks = {} if old else look_at(state, comprehensive)
    failed = [name for name, check in checks.items() if not check['ok']]
    verdict = 'INCONCLUSIVE' if old else 'UNHEALTHY' if failed else 'HEALTHY'
    return {
        'verdict': verdict,
        'healthy': verdict == 'HEALTHY',
        'mode': 'comprehensive' if comprehensive else 'quick',
        'failed': failed,
        'inconclusive': old,
        'checks': checks,
        'trading': trading_files.trading(),
        'seen': seen,
        'now': state and state['now'],
    }


def out_of_date(state, seen):
    """Why the last tick says nothing about the system as it is now, or None."""
    if state is None:
        return 'the system has not ticked yet'
    changed = sorted(key for key in seen if seen[key] != state['seen'].get(key))
    return 'the system has not ticked since this changed: %s' % ', '.join(changed) if changed else None


def look_at(state, comprehensive):
    connection = sqlite3.connect(
        'file:%s?mode=ro' % urllib.parse.quote(trading_files.path('outputs', 'market_data.db')), uri=True
    )
    checks = {
        'data_ingestion': check_data_flow(state, connection),
        'analysis_engine': check_analysis(state, connection if comprehensive else None),
        'performance': check_performance(state['metrics']),
        'errors': check_error_rate(state['metrics'], connection),
    }
    if not comprehensive:
        checks['trading'] = {'ok': trading_files.trading() == 'running', 'trading': trading_files.trading()}
    return checks


def check_data_flow(state, connection):
    """How old the newest event is, and how many came between the last two ticks."""
    now, before = trading_files.seconds(state['now']), trading_files.seconds(state['since'])
    newest = connection.execute('SELECT max(timestamp) FROM mbo_events').fetchone()[0]
    age = round(now - trading_files.seconds(newest.replace(' ', 'T') + 'Z')) if newest else None
    query = 'SELECT count(*) FROM mbo_events WHERE timestamp > ? AND timestamp <= ?'
    span = tuple(trading_files.as_timestamp(at) for at in (before, now))
    rate = round(connection.execute(query, span).fetchone()[0] * 60 / (now - before))
    ok = age is not None and age <= MOST_AGE_SECONDS and rate >= LEAST_EVENTS_PER_MINUTE
    return {'ok': ok, 'source': trading_files.source()[0], 'newest_age_seconds': age, 'events_per_minute': rate}


def check_analysis(state, connection):
    """The accuracy; comprehensive also lets the algorithm in use look at the newest events."""
    accuracy = state['metrics']['Accuracy']
    if connection is None:
        return {'ok': accuracy >= LEAST_ACCURACY, 'accuracy': accuracy}
    problem = None
    try:
        signal = algorithm().signal
        query = 'SELECT symbol, side, price, size FROM mbo_events ORDER BY timestamp DESC LIMIT 50'
        rows = connection.execute(query).fetchall()
        signal([dict(zip(('symbol', 'side', 'price', 'size'), row)) for row in rows])
    except Exception as error:  # whatever the algorithm does, it is the finding
        problem = '%s: %s' % (type(error).__name__, error)
    return {'ok': accuracy >= LEAST_ACCURACY and not problem, 'accuracy': accuracy, 'problem': problem}


def algorithm():
    sys.dont_write_bytecode = True
    sys.path.insert(0, trading_files.path('tasks', 'options_trading_system', 'analysis_engine'))
    version = json.loads(trading_files.text('config', 'pipeline_config.json'))['production']['algorithm_version']
    return importlib.import_module('institutional_flow_%s.solution' % version.split('.')[0])


def check_performance(metrics):
    latency, cost = metrics['LatencyMs'], metrics['CostPercentOfBudget']
    ok = latency <= MOST_LATENCY_MS and cost <= MOST_COST_PERCENT
    return {'ok': ok, 'latency_ms': latency, 'cost_percent': cost}


def check_error_rate(metrics, connection):
    """What the system counted, and the corrupt rows and cached prices counted anew."""
    counts = {
        'system_failures': metrics['SystemFailures'],
        'integrity_errors': metrics['DataIntegrityErrors'],
        'security_incidents': metrics['SecurityIncidents'],
        'downstream_errors': metrics['DownstreamErrors'],
        'corrupt_rows': trading_files.corrupt_rows(connection),
        'corrupt_cached_prices': trading_files.corrupt_cached_prices(),
    }
    return {'ok': not any(counts.values()), **counts}


def sentence(report):
    """data_ingestion (source barchart, newest_age_seconds 640), errors (corrupt_rows 12)"""
    if report['inconclusive']:
        return 'inconclusive, %s' % report['inconclusive']
    return ', '.join('%s (%s)' % (name, numbers(report['checks'][name])) for name in report['failed'])


def numbers(check):
    return ', '.join('%s %s' % (key, value) for key, value in check.items() if key != 'ok' and value not in (0, None))


if __name__ == '__main__':
    main()
