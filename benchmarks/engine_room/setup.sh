#!/usr/bin/env bash
# Install the peer of the packed_linear benchmark under benchmarks/work, which git does not track.
# It stays out of the project's own environment: diffusers imports it wherever it finds it, which slows every process.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$here/.." && pwd)/work
if command -v uv >/dev/null; then uv=uv; else uv="$here/../../.venv/bin/uv"; fi
mkdir -p "$work"
rm -rf "$work/torchao"
"$uv" pip install --quiet --no-deps --python "$here/../../.venv/bin/python" --target "$work/torchao" "torchao==0.18.0"
