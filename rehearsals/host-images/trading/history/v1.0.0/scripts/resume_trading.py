"""Resumes trading after the present system has passed a comprehensive health check.

    python scripts/resume_trading.py --validate

Refuses (exit 1) without a passing report of scripts/health_check.py --comprehensive on the present code, data source
and stop of ingestion. Also refuses if a new check fails. May be repeated. Does not change the data source and does not
start Databento again. Marks the present integration layer as validated.
"""

import argparse
import json
import sys

import controls
import health_check
import trading_files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--validate', action='store_true', required=True)
    parser.parse_args()
    with trading_files.locked():
        problem = refusal(trading_files.stored('health.json', None))
        if problem:
            sys.exit('Trading does not resume: %s' % problem)
        trading_files.store('pipeline.json', {'validated': controls.seen()['integration']})
        trading_files.store('trading.json', {'trading': 'running'})
    print(json.dumps({'trading': 'running'}))


def refusal(report):
    if report is None:
        return 'there is no health report; run scripts/health_check.py --comprehensive first'
    seen = controls.seen()
    changed = sorted(key for key in seen if seen[key] != report['seen'].get(key))
    if changed:
        return 'the health report is older than a change of %s; run the health check again' % ', '.join(changed)
    if not report['healthy']:
        return 'the health report is %s' % report['verdict']
    now = health_check.checked(comprehensive=True)
    return None if now['healthy'] else 'since the health report, %s' % health_check.sentence(now)


if __name__ == '__main__':
    main()
