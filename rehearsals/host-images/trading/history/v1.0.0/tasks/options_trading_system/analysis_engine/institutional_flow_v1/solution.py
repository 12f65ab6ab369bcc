"""Institutional flow, v1.0: each trade's share of the volume at the time."""

ALGORITHM = 'v1.0'


def signal(trades):
    """Returns a strength from -1 (sold) to 1 (bought) for each trade."""
    total = sum(trade['size'] for trade in trades)
    return [round(trade['size'] / total, 4) * (1 if trade['side'] == 'B' else -1) for trade in trades]
