"""Institutional flow, v3.0: trades far from the baseline of their own symbol."""

from institutional_flow_v3.baselines import baseline


def signal(trades, sigmas=3):
    return [trade for trade in trades if trade['size'] > baseline(trade['symbol'], trades) * sigmas]
