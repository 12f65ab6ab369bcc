"""Joins ingestion and analysis: which algorithm looks at which trades."""


def route(trades, profile):
    """The trades for v1.0 beside the algorithm in use, and those for the algorithm in use: it gets all."""
    return [], trades
