"""Institutional flow, v1.0: large trades against the day's mean size."""


def signal(trades, multiple=5):
    mean = sum(trade['size'] for trade in trades) / len(trades)
    return [trade for trade in trades if trade['size'] > multiple * mean]
