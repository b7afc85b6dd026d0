#!/usr/bin/env bash
# Install the peers of the render benchmark under benchmarks/work, which git does not track.
# Usage: benchmarks/render/setup.sh [manim] [moviepy] [remotion]   (all three when none is named)
# manim wants cairo and pango headers, Remotion wants Node and Chromium: as root they come from apt.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
work=$(cd "$here/.." && pwd)/work
python=${PYTHON:-python3.11}
mkdir -p "$work"
if command -v uv >/dev/null; then uv=uv; else uv="$here/../../.venv/bin/uv"; fi

system() {
    if [ "$(id -u)" = 0 ]; then
        apt-get -o DPkg::Lock::Timeout=300 update -qq
        DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=300 install -y -qq --no-install-recommends "$@" >/dev/null
    else
        echo "not root: make sure that these are installed: $*" >&2
    fi
}

environment() {
    local name=$1
    shift
    "$uv" venv --quiet --clear --python "$python" "$work/venv-$name"
    "$uv" pip install --quiet --python "$work/venv-$name/bin/python" "$@"
}

manim() {
    system build-essential pkg-config libcairo2-dev libpango1.0-dev
    environment manim "manim==0.22.0"
}

moviepy() {
    environment moviepy "moviepy==2.2.1"
}

remotion() {
    system chromium
    command -v npm >/dev/null || { echo "Remotion needs Node 18 or newer with npm" >&2; return 1; }
    mkdir -p "$work/remotion"
    cd "$work/remotion"
    [ -f package.json ] || npm init --yes >/dev/null
    local version=4.0.529
    npm install --no-fund --no-audit --silent "remotion@$version" "@remotion/cli@$version" "@remotion/renderer@$version" \
        react@19 react-dom@19
    cd - >/dev/null
}

if [ $# = 0 ]; then set -- moviepy manim remotion; fi
for peer in "$@"; do
    case "$peer" in
        manim | moviepy | remotion) echo "installing $peer"; "$peer" ;;
        *) echo "unknown peer '$peer': manim, moviepy or remotion" >&2; exit 2 ;;
    esac
done
