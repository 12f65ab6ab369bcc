"""Institutional flow, v3.0: trades far from the baseline of their own symbol.

Uses the size exactly as the feed sends it: this is the fault for which Phase 2 is rolled back.
"""

from institutional_flow_v3.baselines import usual_size

ALGORITHM = 'v3.0'


def signal(trades):
    """Returns a strength for each trade, from -1 (sold) to 1 (bought) if the size is near the baseline."""
    return [strength(trade) for trade in trades]


def strength(trade):
    usual = usual_size(trade['symbol'])
    return round((trade['size'] - usual) / usual, 4) * (1 if trade['side'] == 'B' else -1)
