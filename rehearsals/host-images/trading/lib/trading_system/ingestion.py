"""Phase 1's part: stores events from Databento and Barchart in the database and the cache."""

import json
import os
import sqlite3
import struct
import sys
import urllib.parse

import trading_files
from trading_system.phases import UNSCALED, digest

EVENT_SECONDS = 5


class Ingestion:
    def __init__(self, host):
        self.host = host
        self.seen = None
        self.code = None
        self.stream = None
        self.connection = None

    def newest_event(self):
        return self.database().execute('SELECT max(timestamp) FROM mbo_events').fetchone()[0]

    def follow(self, seen):
        """Adopts the present code and controls."""
        before, self.seen = self.seen or {}, seen
        if seen['client'] != before.get('client'):
            self.code = Client(trading_files.text(trading_files.CLIENT))
        if seen['databento'] != 'running':
            self.stream = None
        elif self.stream is None or seen['stops'] != before.get('stops'):
            self.stream = self.code

    @property
    def fragile(self):
        """Returns whether faults strike: they strike the client of the whole order book."""
        return any(client.schema == 'mbo' for client in (self.code, self.stream) if client)

    def work(self, since, at, struck, unscaled):
        """Stores the events that are due, and returns those of the source in use."""
        crashed = self.code.broken or 'system_failure' in struck
        events = [] if crashed else self.events(since, at, unscaled)
        self.cache([event for event in events if event['from'] == 'databento'])
        self.insert(events)
        return [event for event in events if event['from'] == self.seen['source']]

    def events(self, since, at, unscaled):
        """Returns one event per few seconds from each delivering source. A stream delivers even if nobody reads it."""
        events = []
        for second in range(int(since // EVENT_SECONDS + 1) * EVENT_SECONDS, int(at) + 1, EVENT_SECONDS):
            if self.stream:
                event = self.stream.to_event(record(second, self.stream.schema, unscaled))
                events.append({**event, 'at': second, 'from': 'databento'})
            if self.seen['source'] == 'barchart':
                events.append({**record(second, 'barchart', False), 'at': second, 'from': 'barchart'})
        return events

    def cache(self, events):
        """Stores the stream's cache: the hour's events, and the last price of each symbol."""
        if not events:
            return
        os.makedirs(trading_files.path('outputs', 'databento_cache', 'symbols'), exist_ok=True)
        hour = trading_files.as_timestamp(events[-1]['at'])[:13].replace('-', '').replace(' ', '-')
        name = 'glbx-mdp3-%s.%s.dbn' % (hour, self.stream.schema)
        with open(trading_files.path('outputs', 'databento_cache', name), 'ab') as file:
            file.write(b''.join(struct.pack('<qd', event['at'], event['price']) for event in events))
        prices = {event['symbol']: event['price'] for event in events}
        path = trading_files.path(trading_files.CACHED_PRICES)
        trading_files.write_over(path, json.dumps(prices, sort_keys=True) + '\n')

    def insert(self, events):
        columns = 'timestamp, symbol, order_id, side, price, size'
        connection = self.database()
        connection.execute('BEGIN IMMEDIATE')
        try:
            query = 'INSERT INTO mbo_events (%s) VALUES (?, ?, ?, ?, ?, ?)' % columns
            connection.executemany(query, map(self.row, events))
            connection.execute('COMMIT')
        except sqlite3.Error:
            connection.execute('ROLLBACK')
            raise

    def row(self, event):
        # Each host, moment and source gives an order a different number.
        order = digest('%s %d %s' % (self.host, event['at'], event['from']), 6)
        timestamp = trading_files.as_timestamp(event['at'])
        return timestamp, event['symbol'], order, event['side'], event['price'], event['size']

    def metrics(self, at, unscaled, per_minute):
        return {
            'SystemFailures': self.code.broken,
            'DataIntegrityErrors': self.integrity_errors(int(at), unscaled),
            'EventsPerMinute': per_minute,
            'TradingHalted': int(trading_files.trading() != 'running'),
        }

    def integrity_errors(self, at, unscaled):
        """Counts corrupt rows, corrupt cached prices, and installed clients that would make more."""
        rows, cached = trading_files.corrupt_rows(self.database()), trading_files.corrupt_cached_prices()
        return rows + cached + self.code.corrupts(record(at, self.code.schema, unscaled))

    def database(self):
        if self.connection is None:
            path = urllib.parse.quote(trading_files.path('outputs', 'market_data.db'))
            self.connection = sqlite3.connect('file:%s?mode=rw' % path, uri=True, isolation_level=None)
            # A rehearsal has no power failures, and a killed process loses nothing without this flush.
            self.connection.execute('PRAGMA synchronous=OFF')
        return self.connection


class Client:
    """A Databento client with the code that it had when it was read."""

    def __init__(self, text):
        namespace = {}
        try:
            exec(compile(text, trading_files.CLIENT, 'exec'), namespace)
            self.schema, self.to_event, self.broken = namespace['SCHEMA'], namespace['to_event'], 0
        except Exception as problem:  # a system whose code does not load does not start
            print('The client does not load: %s' % problem, file=sys.stderr)
            self.schema, self.to_event, self.broken = None, None, 1

    def corrupts(self, record):
        return int(not self.broken and self.to_event(record)['price'] > trading_files.MOST_PRICE)


def record(at, feed, unscaled):
    """Returns a record of a feed. Databento's trades are integers of 1e-9; its order book is so only under the fault."""
    number = at // EVENT_SECONDS
    price = 6000 + number * 7 % 40 / 4
    integers = feed == 'trades' or (feed == 'mbo' and unscaled)
    return {
        'symbol': 'ESM6' if number % 2 else 'NQM6',
        'side': 'B' if number % 3 else 'A',
        'price': round(price * UNSCALED) if integers else price,
        'size': 1 + number % 5,
    }
