"""Databento client, the certified one: trades only, once a minute."""

SCHEMA = 'trades'
PRICE_SCALE = 1_000_000_000


def to_event(record):
    """A trade as a row of mbo_events. Databento prices are integers of 1e-9."""
    return {
        'symbol': record['symbol'],
        'side': record['side'],
        'price': record['price'] / PRICE_SCALE,
        'size': record['size'],
    }
