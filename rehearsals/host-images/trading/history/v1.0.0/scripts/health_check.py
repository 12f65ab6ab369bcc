"""Checks the trading system and prints a report as one line of JSON.

    python scripts/health_check.py --comprehensive    may trading resume? Also stored as outputs/run/health.json
    python scripts/health_check.py --quick            does the system work, trading included?

Exits 0 when HEALTHY, 1 when UNHEALTHY, 2 when INCONCLUSIVE. Missing data makes the report INCONCLUSIVE, never HEALTHY,
unless a check fails. Each check (health_checks.py) shows the numbers that it used.
"""

import argparse
import json
import sys

import controls
import health_checks
import trading_files

EXITS = {'HEALTHY': 0, 'UNHEALTHY': 1, 'INCONCLUSIVE': 2}


def main():
    parser = argparse.ArgumentParser()
    mode = parser.add_mutually_exclusive_group()
    mode.add_argument('--comprehensive', action='store_true')
    mode.add_argument('--quick', action='store_true')
    comprehensive = parser.parse_args().comprehensive
    with trading_files.locked():
        report = checked(comprehensive)
        if comprehensive:
            trading_files.store('health.json', report)
    print(json.dumps(report, sort_keys=True))
    print('✅ System healthy' if report['healthy'] else '❌ Health check: %s' % sentence(report), file=sys.stderr)
    sys.exit(EXITS[report['verdict']])


def checked(comprehensive):
    """Runs the checks and returns the report. The caller holds the lock."""
    state, seen = trading_files.state(), controls.seen()
    old = out_of_date(state, seen)
    checks = {} if old else health_checks.run(state, comprehensive)
    failed = [name for name, check in checks.items() if check['ok'] is False]
    missing = old or next((check['missing'] for check in checks.values() if check['ok'] is None), None)
    verdict = 'UNHEALTHY' if failed else 'INCONCLUSIVE' if missing else 'HEALTHY'
    return {
        'verdict': verdict,
        'healthy': verdict == 'HEALTHY',
        'mode': 'comprehensive' if comprehensive else 'quick',
        'failed': failed,
        'inconclusive': missing,
        'checks': checks,
        'trading': trading_files.trading(),
        'seen': seen,
        'now': state and state['now'],
    }


def out_of_date(state, seen):
    """Returns why the last tick is out of date, or None."""
    if state is None:
        return 'the system has not ticked yet'
    changed = sorted(key for key in seen if seen[key] != state['seen'].get(key))
    return 'the system has not ticked since this changed: %s' % ', '.join(changed) if changed else None


def sentence(report):
    """Returns a sentence like `data_ingestion (source barchart, newest_age_seconds 640), errors (corrupt_rows 12)`."""
    if not report['failed']:
        return 'inconclusive, %s' % report['inconclusive']
    return ', '.join('%s (%s)' % (name, numbers(report['checks'][name])) for name in report['failed'])


def numbers(check):
    return ', '.join('%s %s' % (key, value) for key, value in check.items() if key != 'ok' and value not in (0, None))


if __name__ == '__main__':
    main()
