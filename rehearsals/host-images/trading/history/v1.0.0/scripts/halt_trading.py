"""Stops order flow at once and cancels the open orders. Data goes on being stored. May be repeated.

    python scripts/halt_trading.py

No order is sent, not even a cancelled one again. An order that the broker has not acknowledged cannot be cancelled: it stays open.
"""

import json

import trading_files


def main():
    with trading_files.locked():
        trading_files.store('trading.json', {'trading': 'halted'})
        orders = trading_files.orders()
        left = {number: state for number, state in orders['open'].items() if state != 'acknowledged'}
        trading_files.store('orders.json', {**orders, 'open': left})
    cancelled = len(orders['open']) - len(left)
    print(json.dumps({'trading': 'halted', 'cancelled': cancelled, 'unacknowledged_orders': len(left)}))


if __name__ == '__main__':
    main()
