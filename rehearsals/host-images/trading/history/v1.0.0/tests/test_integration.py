"""Tests the deployed pipeline without sending an order. A layer that passes counts as validated.

    python tests/test_integration.py --production-safe

Exits 0 when everything passes, 1 with the failures, 2 when the system has not ticked since a change.
"""

import argparse
import json
import os
import sys

TREE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
sys.path[:0] = [TREE, os.path.join(TREE, 'scripts')]
import controls  # noqa: E402
import health_check  # noqa: E402
import trading_files  # noqa: E402


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--production-safe', action='store_true', required=True)
    parser.parse_args()
    with trading_files.locked():
        state, seen = trading_files.state(), controls.seen()
        old = health_check.out_of_date(state, seen)
        if old:
            print('Inconclusive: %s' % old, file=sys.stderr)
            sys.exit(2)
        failures = [sentence for test in TESTS for sentence in test(state)]
        if not failures:
            trading_files.store('pipeline.json', {'validated': seen['integration']})
    print(json.dumps({'tests': len(TESTS), 'failures': failures, 'traffic': state['traffic']}, sort_keys=True))
    for failure in failures:
        print('❌ %s' % failure, file=sys.stderr)
    sys.exit(1 if failures else 0)


def layer_loads(_):
    try:
        import config_manager
        import integration

        profile = config_manager.ConfigManager().profile('production')
        beside, in_use = integration.route([{'size': 1}, {'size': 2}], profile)
    except Exception as error:  # any exception of the layer is a finding
        return ['the integration layer fails: %s: %s' % (type(error).__name__, error)]
    return [] if len(beside) + len(in_use) == 2 else ['the integration layer loses trades']


def settings_agree(_):
    return [one for one in controls.disagreements() if not one.endswith('configuration')]


def shares_are_sane(_):
    share = controls.profile().get('ab_share', 0)
    return [] if 0 <= share <= 100 else ['ab_share is %s, not a percentage' % share]


def no_experiment_on_live_traffic(state):
    mode, testing = state['seen']['testing_mode'], state['traffic']['testing']
    return ['A/B testing is on (testing_mode %s)' % mode] if testing or mode != 'production' else []


def traffic_is_by_the_algorithm_in_use(state):
    others = [algorithm for algorithm in state['analysis']['made_by'] if algorithm != state['seen']['in_use']]
    return ['signals are by %s, not %s' % (', '.join(others), state['seen']['in_use'])] if others else []


TESTS = [layer_loads, settings_agree, shares_are_sane, no_experiment_on_live_traffic, traffic_is_by_the_algorithm_in_use]


if __name__ == '__main__':
    main()
