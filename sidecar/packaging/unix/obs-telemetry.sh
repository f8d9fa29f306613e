#!/bin/sh
# Runs the sidecar's commands with the deno beside this script: obs-telemetry dock
set -eu
self=$0
while [ -L "$self" ]; do
  link=$(readlink -- "$self")
  case $link in
    /*) self=$link ;;
    *) self=$(dirname -- "$self")/$link ;;
  esac
done
here=$(CDPATH='' cd -- "$(dirname -- "$self")" && pwd -P)
case $here in
  *:*)
    echo "The folder $here has a colon in its name, which PATH cannot hold: rename it." >&2
    exit 2
    ;;
esac
# The sidecar starts helpers as `deno`; Deno keeps its own caches apart from other Denos'.
PATH=$here:$PATH
if [ "$(uname)" = Darwin ]; then
  DENO_DIR=$HOME/Library/Caches/OBSTelemetryBridge/deno
else
  DENO_DIR=${XDG_CACHE_HOME:-$HOME/.cache}/obs-telemetry-bridge/deno
fi
DENO_NO_UPDATE_CHECK=1
export PATH DENO_DIR DENO_NO_UPDATE_CHECK
unset INIT_CWD
exec "$here/deno" @DENO_FLAGS@ "$here/sidecar/dist/main.js" "$@"
