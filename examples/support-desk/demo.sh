#!/usr/bin/env bash
# Makes the shop when it is missing and lets the support desk answer one request, every step shown.
#
#   examples/support-desk/demo.sh ["another request"]     OUTPOST=path/to/outpost picks another binary
set -euo pipefail
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
outpost=${OUTPOST:-$here/../../build/release/outpost}
request=${1:-Where is order A-20417?}

[ -f "$here/shop.sqlite" ] || python3 "$here/make_shop.py"
printf '$ outpost run examples/support-desk/agent.yaml "%s"\n' "$request"
exec "$outpost" run "$here/agent.yaml" "$request"
