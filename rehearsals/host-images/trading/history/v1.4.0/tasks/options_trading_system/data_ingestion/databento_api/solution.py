"""Databento client: every order of the book (MBO), streamed."""

SCHEMA = 'mbo'
RETRIES = 3
STREAM = True


def to_event(record):
    """An order as a row of mbo_events. Takes the price as the feed sends it: the fault Phase 1 is rolled back for."""
    return {
        'symbol': record['symbol'],
        'side': record['side'],
        'price': record['price'],
        'size': record['size'],
    }
