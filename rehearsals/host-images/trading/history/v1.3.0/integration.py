"""Joins ingestion and analysis: which algorithm looks at which trades, and A/B testing of two."""

AB_TESTING = True


def route(trades, profile):
    """The trades for v1.0 beside the algorithm in use, and those for the algorithm in use: in a test, every other."""
    if profile['testing_mode'] != 'ab':
        return [], trades
    return trades[::2], trades[1::2]
