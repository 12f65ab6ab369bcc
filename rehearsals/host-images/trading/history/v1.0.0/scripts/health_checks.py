"""The checks of health_check.py. Each returns its numbers and their limits.

`ok` is true, false, or null if something that the check needs is missing; `missing` names that.
"""

import importlib
import os
import sqlite3
import sys
import urllib.parse

import controls
import new_features
import signals
import trading_files

# Usual values. A tenth above or below is still usual, and half of the usual events are enough.
USUAL_EVENTS_PER_MINUTE = 12
USUAL_LATENCY_MS = 120
USUAL_ACCURACY = 94
MOST_LATENCY_MS = round(1.1 * USUAL_LATENCY_MS)
LEAST_ACCURACY = round(0.9 * USUAL_ACCURACY, 1)
LEAST_EVENTS_PER_MINUTE = round(0.5 * USUAL_EVENTS_PER_MINUTE)

MOST_AGE_SECONDS = 30
MOST_COST_PERCENT = 200
# At least this share of the events must reach an algorithm.
LEAST_THROUGHPUT_PERCENT = 90
# Enough of the log to hold the last tick's lines.
LOG_BYTES = 4000


class Missing(Exception):
    """Something that a check needs is missing."""


def run(state, comprehensive):
    checks = {
        'data_ingestion': lambda: check_data_flow(state),
        'analysis_engine': lambda: check_analysis(state, comprehensive),
        'performance': lambda: check_performance(state),
        'errors': lambda: check_error_rate(state),
        'integration': lambda: check_integration(state),
        'new_features': lambda: check_new_features(state),
    }
    if not comprehensive:
        checks['trading'] = check_trading
    return {name: result_of(check) for name, check in checks.items()}


def result_of(check):
    try:
        return check()
    except Missing as missing:
        return {'ok': None, 'missing': str(missing)}
    except (OSError, sqlite3.Error) as problem:
        return {'ok': None, 'missing': '%s: %s' % (type(problem).__name__, problem)}


def check_data_flow(state):
    """Checks the age of the newest event, and the rate of events between the last two ticks."""
    connection = events_database()
    now, before = trading_files.seconds(state['now']), trading_files.seconds(state['since'])
    newest = connection.execute('SELECT max(timestamp) FROM mbo_events').fetchone()[0]
    age = round(now - trading_files.seconds(newest.replace(' ', 'T') + 'Z')) if newest else None
    query = 'SELECT count(*) FROM mbo_events WHERE timestamp > ? AND timestamp <= ?'
    span = tuple(trading_files.as_timestamp(at) for at in (before, now))
    rate = round(connection.execute(query, span).fetchone()[0] * 60 / (now - before))
    ok = age is not None and age <= MOST_AGE_SECONDS and rate >= LEAST_EVENTS_PER_MINUTE
    return {
        'ok': ok,
        'source': controls.source()[0],
        'newest_age_seconds': age,
        'events_per_minute': rate,
        'usual_events_per_minute': USUAL_EVENTS_PER_MINUTE,
        'least_events_per_minute': LEAST_EVENTS_PER_MINUTE,
        'most_newest_age_seconds': MOST_AGE_SECONDS,
    }


def check_analysis(state, comprehensive):
    """Checks that signals follow the events, with the right algorithm and baselines, and that no others are left."""
    analysis, accuracy = state['analysis'], lowest(state, 'Accuracy')
    if analysis['newest'] is None:
        raise Missing('there has been no signal yet')
    behind = round(trading_files.seconds(state['newest_event']) - trading_files.seconds(analysis['newest']))
    keeps = signals.in_use()
    if keeps and signals.baselines() is None:
        raise Missing('there are no baselines in %s' % signals.BASELINES)
    left = signals.left_over(signals.cached(), analysis['installed']) if keeps else 0
    problem = wrong_algorithm(state, keeps) or (newest_events_fail() if comprehensive else None)
    ok = accuracy >= LEAST_ACCURACY and behind <= MOST_AGE_SECONDS and not left and not problem
    return {
        'ok': ok,
        'accuracy': accuracy,
        'least_accuracy': LEAST_ACCURACY,
        'in_use': state['seen']['in_use'],
        'made_by': analysis['made_by'],
        'baselines': signals.baselines() if keeps else None,
        'behind_events_seconds': behind,
        'most_behind_events_seconds': MOST_AGE_SECONDS,
        'left_over_signals': left,
        'problem': problem,
    }


def wrong_algorithm(state, keeps):
    """Returns why the signals are not from the requested algorithm, or None."""
    analysis, requested = state['analysis'], state['seen']['in_use']
    disagreement = next((one for one in controls.disagreements() if one.startswith('algorithm_version')), None)
    if disagreement:
        return disagreement
    if requested not in analysis['installed']:
        return '%s is requested but not installed' % requested
    expected = {requested, 'v1.0'} if state['traffic']['testing'] else {requested}
    others = sorted(set(analysis['made_by']) - expected)
    if others:
        return 'signals are by %s, not %s' % (', '.join(others), requested)
    if keeps and signals.baselines() not in analysis['installed']:
        return 'the baselines are for %s, which is not installed' % signals.baselines()
    return None


def newest_events_fail():
    """Runs the algorithm in use on the newest events. Returns its error, or None."""
    rows = events_database().execute(
        'SELECT symbol, side, price, size FROM mbo_events ORDER BY timestamp DESC LIMIT 50'
    ).fetchall()
    try:
        algorithm().signal([dict(zip(('symbol', 'side', 'price', 'size'), row)) for row in rows])
    except Exception as error:  # any exception of the algorithm is a finding
        return '%s: %s' % (type(error).__name__, error)
    return None


def algorithm():
    sys.dont_write_bytecode = True
    sys.path.insert(0, trading_files.path(controls.FLOWS))
    version = controls.effective('algorithm_version', controls.flags(), controls.profile())
    return importlib.import_module('%s.solution' % signals.PACKAGES[version])


def check_performance(state):
    latency, accuracy = highest(state, 'LatencyMs'), lowest(state, 'Accuracy')
    cost, throughput = highest(state, 'CostPercentOfBudget'), state['analysis']['throughput_percent']
    ok = latency <= MOST_LATENCY_MS and accuracy >= LEAST_ACCURACY and cost <= MOST_COST_PERCENT
    return {
        'ok': ok and (throughput is None or throughput >= LEAST_THROUGHPUT_PERCENT),
        'latency_ms': latency,
        'usual_latency_ms': USUAL_LATENCY_MS,
        'most_latency_ms': MOST_LATENCY_MS,
        'accuracy': accuracy,
        'usual_accuracy': USUAL_ACCURACY,
        'least_accuracy': LEAST_ACCURACY,
        'throughput_percent': throughput,
        'least_throughput_percent': LEAST_THROUGHPUT_PERCENT,
        'cost_percent': cost,
        'most_cost_percent': MOST_COST_PERCENT,
    }


def check_error_rate(state):
    """Checks the errors that the system counted and logged, and counts corrupt data again."""
    counts = {
        'log_errors_per_minute': log_errors(state),
        'system_failures': total(state, 'SystemFailures'),
        'integrity_errors': total(state, 'DataIntegrityErrors'),
        'security_incidents': total(state, 'SecurityIncidents'),
        'downstream_errors': total(state, 'DownstreamErrors'),
        'corrupt_rows': trading_files.corrupt_rows(events_database()),
        'corrupt_cached_prices': trading_files.corrupt_cached_prices(),
        'corrupt_signals': signals.corrupt(signals.cached()) if signals.in_use() else 0,
        'corrupt_metrics': corrupt_metrics() if new_features.deployed() else 0,
    }
    return {'ok': not any(counts.values()), **counts}


def log_errors(state):
    """Returns the errors per minute that the log has of the last tick."""
    with open(trading_files.path('outputs', 'logs', 'trading.log'), 'rb') as file:
        file.seek(max(0, file.seek(0, os.SEEK_END) - LOG_BYTES))
        lines = [line.split(' ', 2) for line in file.read().decode('utf-8', 'replace').splitlines()]
    levels = [words[1] for words in lines if len(words) > 1 and words[0] == state['now']]
    if not levels:
        raise Missing('the log has no line of the last tick')
    seconds = trading_files.seconds(state['now']) - trading_files.seconds(state['since'])
    return round(levels.count('ERROR') * 60 / seconds)


def corrupt_metrics():
    return new_features.corrupt_rows(new_features.connect()) + sum(new_features.state_files().values())


def check_integration(state):
    """Checks that traffic matches the testing mode, and that the integration layer is validated."""
    mode, testing = state['seen']['testing_mode'], state['traffic']['testing']
    disagreement = next((one for one in controls.disagreements() if one.startswith('testing_mode')), None)
    problem = disagreement
    if not problem and testing != (mode == 'ab') and trading_files.trading() == 'running':
        problem = 'testing_mode is %s, but A/B testing is %s' % (mode, controls.on_off(testing))
    if not problem and state['metrics']['3']['PipelineHeld']:
        problem = 'the integration layer was never validated'
    return {'ok': not problem, 'testing_mode': mode, 'v1_percent': state['traffic']['v1_percent'], 'problem': problem}


def check_new_features(state):
    """Checks that exactly the enabled components of Phase 4 run, and that the right monitoring is active."""
    enabled, running = state['seen']['new_features'], state['new_features']['running']
    problem = next((one for one in controls.disagreements() if 'configuration' in one), None)
    if not problem and trading_files.trading() == 'running' and set(enabled) != set(running):
        problem = '%s enabled, but %s running' % (listing(enabled), listing(running))
    if not problem and new_features.unwatched(enabled):
        problem = 'active monitoring: %s' % listing(new_features.monitoring())
    left = 0
    if new_features.deployed():
        left = new_features.left_over(new_features.state_files(), enabled, running)
    return {'ok': not problem and not left, 'running': len(running), 'left_over_state': left, 'problem': problem}


def listing(names):
    return ', '.join(names) or 'nothing'


def check_trading():
    return {'ok': trading_files.trading() == 'running', 'trading': trading_files.trading()}


def events_database():
    path = urllib.parse.quote(trading_files.path('outputs', 'market_data.db'))
    return sqlite3.connect('file:%s?mode=ro' % path, uri=True)


def highest(state, metric):
    return max(metrics[metric] for metrics in state['metrics'].values())


def lowest(state, metric):
    return min(metrics[metric] for metrics in state['metrics'].values())


def total(state, metric):
    return sum(metrics[metric] for metrics in state['metrics'].values())
