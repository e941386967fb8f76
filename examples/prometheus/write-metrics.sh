#!/bin/sh
# Checks all applications and writes the metrics for node_exporter's textfile collector:
#   write-metrics.sh FOLDER [OPTION OF CHECK]...
# FOLDER is the value of node_exporter's option --collector.textfile.directory. Run this script from the
# folder of m2m-watch.yaml, every five minutes, with cron or a systemd timer.
set -u
folder=$1
shift

# In the same folder, so that renaming is atomic; without .prom at the end, so that it is not read half written.
temporary=$(mktemp "$folder/.m2m_watch.XXXXXX") || exit 2
trap 'rm -f "$temporary"' EXIT
trap 'exit 130' INT TERM

# Not npx: outside of a clone it would ask the registry for a package of this name.
node "$(dirname "$0")/../../bin/run.mjs" check --format prometheus "$@" >"$temporary"
status=$?
# Without metrics, no check has ended with this status.
[ -s "$temporary" ] || exit 2
case $status in
  # The metrics are complete. They report unhealthy and undetermined applications themselves.
  0 | 1 | 3) chmod 644 "$temporary" && mv "$temporary" "$folder/m2m_watch.prom" ;;
  # A wrong command or configuration, or an interruption: the old file stays, and its age raises M2mWatchSilent.
  *) exit "$status" ;;
esac
