"""What a symbol's trades usually look like."""


def baseline(symbol, trades):
    sizes = sorted(trade['size'] for trade in trades if trade['symbol'] == symbol)
    return sizes[len(sizes) // 2]
