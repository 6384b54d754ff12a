#!/usr/bin/env bash
# Stops with one line if the port is taken, before minutes of setting up. Usage: scripts/check_port.sh PORT
set -euo pipefail
port=$1
if (exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; then
  echo "error: port $port is taken; stop what runs there, or choose another: make run PORT=8502" >&2
  exit 1
fi
