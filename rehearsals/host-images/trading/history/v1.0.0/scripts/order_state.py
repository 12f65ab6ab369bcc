"""Prints what is open at the broker, as one JSON object. Changes nothing.

    python scripts/order_state.py

null: nobody can find out now, for example because the broker does not say its positions.
"""

import json

import trading_files


def main():
    orders = trading_files.orders()
    print(
        json.dumps(
            {
                'open_orders': len(orders['open']),
                'unacknowledged_orders': sum(state == 'sent' for state in orders['open'].values()),
                'position_breaks': orders['position_breaks'],
                'sequence_gaps': orders['sequence_gaps'],
            }
        )
    )


if __name__ == '__main__':
    main()
