"""Reads by the customer's own script whether orders allow trading to resume.

    SSM_Orders    scripts/order_state.py, in the tree, with its arguments: prints the four figures as one JSON object
    SSM_Allowed   open_orders=0 unacknowledged_orders=0 position_breaks=0 sequence_gaps=0: the most that is allowed of each

A figure is a number; "INCONCLUSIVE" if the script says null, because it could not find out; and "unknown" if the script failed, or
said nothing that is a number of things. Neither of the two is ever 0.
"""

from shared.customer import customer_python, script_in_tree
from shared.settings import words

FIGURES = ('open_orders', 'unacknowledged_orders', 'position_breaks', 'sequence_gaps')


def order_state():
    """Returns the four figures, and why some are unknown; empty if all are known."""
    script = words('SSM_Orders')
    if not script:
        return dict.fromkeys(FIGURES, 'unknown'), 'the environment names no script that reports orders'
    code, found, last_line = customer_python(script_in_tree(script[0]), *script[1:])
    if code != 0 or found is None:
        return dict.fromkeys(FIGURES, 'unknown'), '%s exited with %d: %s' % (script[0], code, last_line)
    return {name: figure(found, name) for name in FIGURES}, ''


def figure(found, name):
    value = found.get(name, 'unknown')
    if value is None:
        return 'INCONCLUSIVE'
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 10**9 else 'unknown'


def refusals(orders):
    """Returns what does not allow trading to resume: "unacknowledged_orders is 2, allowed 0"."""
    allowed = dict(word.split('=', 1) for word in words('SSM_Allowed') if '=' in word)
    found = [(name, orders[name], int(allowed.get(name, 0))) for name in FIGURES]
    return ['%s is %s, allowed %d' % one for one in found if not isinstance(one[1], int) or one[1] > one[2]]


def refuse_orders(then):
    """Fails unless every figure is allowed, with what to do then. Returns the figures."""
    orders, problem = order_state()
    wrong = refusals(orders)
    if wrong:
        message = 'Trading stays halted: %s. Look at the orders with the broker, then %s'
        raise SystemExit(message % ('; '.join(wrong) + (' (%s)' % problem if problem else ''), then))
    return orders
