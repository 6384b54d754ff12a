#!/usr/bin/env bash
# Makes .venv with everything in it. Safe to run again: what is there already is kept.
# Usage: scripts/setup.sh [PYTHON]; without one, the first Python on the PATH that is new enough.
set -euo pipefail
cd "$(dirname "$0")/.."

new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; }

python=${1:-}
if [ -z "$python" ]; then
  # Asked, not only looked up: a version manager leaves names on the PATH that do not run.
  for name in python3 python3.11 python3.12 python3.13 python; do
    if new_enough "$name"; then python=$name && break; fi
  done
fi
if [ -z "$python" ]; then
  found=$(python3 --version 2>/dev/null || echo "no Python")
  echo "error: Footnote needs Python 3.11 or newer and found $found; install it, or name one: make PYTHON=/path/to/python3.11" >&2
  exit 1
fi
if ! new_enough "$python"; then
  found=$("$python" --version 2>/dev/null || echo "$python, which does not run")
  echo "error: Footnote needs Python 3.11 or newer, not $found; install it, or name one: make PYTHON=/path/to/python3.11" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "error: $python cannot make virtual environments; install its venv package (Debian: python3-venv)" >&2
  exit 1
fi

echo "==> Setting up .venv (1 to 5 minutes the first time; needs about 3 GB of disk)"
started=$SECONDS
[ -x .venv/bin/python ] || "$python" -m venv .venv
quiet=(--quiet --disable-pip-version-check --constraint constraints.txt)
# pip first: the one that comes with Python 3.11 knows no dependency groups.
.venv/bin/python -m pip install "${quiet[@]}" --upgrade pip
echo "    1 of 2: PyTorch"
# torch in its pinned version before anything asks for a newer one.
.venv/bin/python -m pip install "${quiet[@]}" torch setuptools
echo "    2 of 2: everything else, the longer part"
# setuptools warns of folders named like a package in the folder where Python is started; here they are the package.
PYTHONWARNINGS="ignore:Editable installation" \
  .venv/bin/python -m pip install "${quiet[@]}" --editable '.[eval,torch]' --group dev
touch .venv/.ready
echo "==> Ready after $((SECONDS - started)) s"
