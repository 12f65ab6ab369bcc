"""Tells the order router to hold new orders. May be repeated.

    SSM_StateFile   outputs/run/router.json, in the tree: {"orders": "held"} from then on
"""

import json
import os

path = os.path.join(os.environ['SSM_Tree'], os.environ['SSM_StateFile'])
os.makedirs(os.path.dirname(path), exist_ok=True)
with open(path, 'w') as file:
    json.dump({'orders': 'held'}, file)
print(json.dumps({'orders': 'held'}))
