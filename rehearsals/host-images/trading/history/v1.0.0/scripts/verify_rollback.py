"""Verifies a phase's rollback: prints its facts, and exits 0 only if the rollback is complete.

    python scripts/verify_rollback.py --phase 1 | 2 | 3 | 4

Every fact must be true, and the quick health check must be HEALTHY.
"""

import argparse
import filecmp
import json
import os
import sys

import controls
import health_check
import new_features
import signals
import trading_files

BASIC_ALGORITHM = 'v1.0'


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--phase', type=int, required=True, choices=list(FACTS))
    phase = parser.parse_args().phase
    with trading_files.locked():
        health = health_check.checked(comprehensive=False)
        facts = FACTS[phase](trading_files.state() or {})
    found = {**facts, 'source': controls.source()[0], 'health': health['verdict'], 'failed': health['failed']}
    print(json.dumps(found, sort_keys=True))
    sys.exit(0 if all(facts.values()) and health['healthy'] else 1)


def databento_client(_):
    client = trading_files.path(trading_files.CLIENT)
    backup = os.path.join(os.path.dirname(client), 'solution_backup.py')
    return {
        'certified_client': filecmp.cmp(client, backup, shallow=False),
        'backup_source': controls.source()[0] == 'barchart',
    }


def analysis_engine(state):
    return {
        'basic_algorithm': algorithms() == {BASIC_ALGORITHM},
        'new_algorithm_gone': state.get('analysis', {}).get('installed') == [BASIC_ALGORITHM],
        'no_signals_of_it': {algorithm for algorithm, _ in signals.cached()} <= {BASIC_ALGORITHM},
        'baselines_rebuilt': signals.baselines() == BASIC_ALGORITHM,
    }


def integration(state):
    with open(trading_files.path('config', 'backup', 'pipeline_config.json')) as file:
        backup = json.load(file)['production']
    return {
        'testing_off': settings('testing_mode') == {'production'} and not state.get('traffic', {}).get('testing', True),
        'basic_algorithm': algorithms() == {BASIC_ALGORITHM},
        'configuration_reset': controls.profile() == backup,
        'pipeline_validated': trading_files.validated() == controls.seen()['integration'],
    }


def production(state):
    components = controls.components(controls.flags())
    return {
        'components_off': all(not on and flag is False for on, flag in components.values()),
        'nothing_runs': state.get('new_features', {}).get('running') == [],
        'basic_monitoring': new_features.monitoring() == [new_features.BASIC],
        'state_cleared': not new_features.state_files() and not new_features.rows(new_features.connect()),
    }


def algorithms():
    return settings('algorithm_version')


def settings(name):
    """Returns the values in the flag and the profile: one value, or two if they differ."""
    flag = controls.flags().get(name, (None,))[0]
    return {controls.profile()[name], *([flag] if flag else [])}


FACTS = {1: databento_client, 2: analysis_engine, 3: integration, 4: production}


if __name__ == '__main__':
    main()
