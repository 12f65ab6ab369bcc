"""Looks whether the order router takes orders. Changes nothing."""

import json
import os

with open(os.path.join(os.environ['SSM_Tree'], os.environ['SSM_StateFile'])) as file:
    orders = json.load(file)['orders']
print(json.dumps({'healthy': orders == 'flowing', 'orders': orders}))
