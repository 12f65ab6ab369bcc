"""Joins ingestion and analysis: routes trades to algorithms."""


def route(trades, profile):
    """Returns no trades for v1.0 beside the algorithm in use, and all trades for the algorithm in use."""
    return [], trades
