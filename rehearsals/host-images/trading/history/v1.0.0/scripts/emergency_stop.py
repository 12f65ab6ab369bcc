"""Stops a data service and halts trading immediately.

    python scripts/emergency_stop.py --service databento

The script holds the system's lock. When it ends, no batch is running and none follows.
"""

import argparse
import json

import trading_files


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--service', required=True, choices=['databento'])
    service = parser.parse_args().service
    with trading_files.locked():
        stops = trading_files.ingestion()['stops'] + 1
        trading_files.store('ingestion.json', {service: 'stopped', 'stops': stops})
        trading_files.store('trading.json', {'trading': 'halted'})
    print(json.dumps({'service': service, 'state': 'stopped', 'trading': 'halted'}))


if __name__ == '__main__':
    main()
