"""Checks whether events come from the given source, and exits 1 if not.

    python scripts/enable_fallback.py --source barchart

The script changes nothing, because the AppConfig flag data_source is the only switch. Two switches could contradict.
"""

import argparse
import json
import sys

import controls


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument('--source', required=True, choices=['barchart', 'databento'])
    wanted = parser.parse_args().source
    effective, layer = controls.source()
    print(json.dumps({'source': wanted, 'effective': effective, 'layer': layer}))
    if effective != wanted:
        sys.exit('Events come from %s, not %s: set the flag data_source in AppConfig' % (effective, wanted))


if __name__ == '__main__':
    main()
