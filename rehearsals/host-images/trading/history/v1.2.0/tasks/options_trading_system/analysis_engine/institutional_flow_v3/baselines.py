"""Returns the usual size of a symbol's trades, from outputs/baselines.json."""

import json
import os

PATH = os.path.join(os.path.dirname(os.path.abspath(__file__)), *['..'] * 4, 'outputs', 'baselines.json')


def usual_size(symbol):
    with open(PATH) as file:
        return json.load(file)['sizes'][symbol]
