"""Resumes trading, once the system has passed a comprehensive health check as it is now.

    python scripts/resume_trading.py --validate

Refuses (exit 1) without a passing report of scripts/health_check.py --comprehensive that saw the code, the data source
and the stop of ingestion as they are, and where a look at the system now finds it ill again. May be repeated. The data
source stays as it is: Databento is not started again. With it the integration layer in place counts as validated.
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
        return 'the health report says %s' % report['verdict']
    now = health_check.look(comprehensive=True)
    return None if now['healthy'] else 'since the health report, %s' % health_check.sentence(now)


if __name__ == '__main__':
    main()
