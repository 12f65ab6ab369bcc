"""Databento client: every order of the book (MBO), streamed."""

SCHEMA = 'mbo'
RETRIES = 3
STREAM = True


def to_event(record):
    """An order as a row of mbo_events. Uses the feed's price unscaled: the fault for which Phase 1 is rolled back."""
    return {
        'symbol': record['symbol'],
        'side': record['side'],
        'price': record['price'],
        'size': record['size'],
    }
