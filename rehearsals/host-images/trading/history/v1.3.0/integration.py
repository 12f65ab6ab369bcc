"""Joins ingestion and analysis: routes trades to algorithms, and splits them in an A/B test."""

AB_TESTING = True


def route(trades, profile):
    """Returns the trades for v1.0 and those for the algorithm in use. An A/B test gives every other trade to v1.0."""
    if profile['testing_mode'] != 'ab':
        return [], trades
    return trades[::2], trades[1::2]
