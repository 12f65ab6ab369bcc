"""Tells whether a phase's rollback left the system as it should: prints what it found, exits 0 only if it did.

    python scripts/verify_rollback.py --phase 1
"""

import argparse
import filecmp
import json
import os
import sys

import health_check
import trading_files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--phase', type=int, required=True, choices=[1])
    parser.parse_args()
    client = trading_files.path(trading_files.CLIENT)
    backup = os.path.join(os.path.dirname(client), 'solution_backup.py')
    with trading_files.locked():
        health = health_check.look(comprehensive=False)
    found = {
        'certified_client': filecmp.cmp(client, backup, shallow=False),
        'source': trading_files.source()[0],
        'health': health['verdict'],
        'failed': health['failed'],
    }
    print(json.dumps(found, sort_keys=True))
    sys.exit(0 if found['certified_client'] and found['source'] == 'barchart' and health['healthy'] else 1)


if __name__ == '__main__':
    main()
