#!/usr/bin/env bash
# Makes .venv with everything in it. Safe to run again: what is there already is kept.
# Usage: scripts/setup.sh PYTHON
set -euo pipefail
cd "$(dirname "$0")/.."
python=${1:-python3}

if [ -z "$python" ] || ! command -v "$python" >/dev/null; then
  echo "error: no Python found; install Python 3.11 or newer, or name one: make PYTHON=/path/to/python3.11" >&2
  exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
  echo "error: $("$python" --version) is too old; install 3.11 or newer, or name one: make PYTHON=/path/to/python3.11" >&2
  exit 1
fi
if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
  echo "error: $python cannot make virtual environments; install its venv package (Debian: python3-venv)" >&2
  exit 1
fi

echo "==> Setting up .venv (3 to 5 minutes the first time; needs about 3 GB of disk)"
started=$SECONDS
[ -x .venv/bin/python ] || "$python" -m venv .venv
quiet=(--quiet --disable-pip-version-check --constraint constraints.txt)
# pip first: the one that comes with Python 3.11 knows no dependency groups.
.venv/bin/python -m pip install "${quiet[@]}" --upgrade pip
# torch from the pinned version before anything asks for a newer one.
.venv/bin/python -m pip install "${quiet[@]}" torch setuptools
.venv/bin/python -m pip install "${quiet[@]}" --editable '.[eval]' --group dev
touch .venv/.ready
echo "==> Ready after $((SECONDS - started)) s"
