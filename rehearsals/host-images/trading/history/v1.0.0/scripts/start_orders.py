"""Lets orders flow again after scripts/halt_trading.py. Sends none itself. May be repeated.

    python scripts/start_orders.py

Refuses (exit 1) while an order is open that the broker has not acknowledged.
"""

import json
import sys

import trading_files


def main():
    with trading_files.locked():
        left = [number for number, state in trading_files.orders()['open'].items() if state == 'sent']
        if left:
            sys.exit('Trading does not resume: the broker has not acknowledged order %s' % ', '.join(sorted(left)))
        trading_files.store('trading.json', {'trading': 'running'})
    print(json.dumps({'trading': 'running'}))


if __name__ == '__main__':
    main()
