#!/usr/bin/env bash
# Lets the order router take new orders again. May be repeated.
set -euo pipefail
printf '{"orders": "flowing"}' > "$SSM_Tree/$SSM_StateFile"
echo '{"orders": "flowing"}'
