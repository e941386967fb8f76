#!/bin/sh
# Checks all applications and hands the metrics to node_exporter's textfile collector:
#   write-metrics.sh FOLDER [OPTION OF CHECK]...
# FOLDER is what node_exporter was given as --collector.textfile.directory. Run it from the folder of
# m2m-watch.yaml, every five minutes by cron or a systemd timer.
set -u
folder=$1
shift

# Of the same folder, so that renaming is one step; without .prom at its end, so that it is not read half written.
temporary=$(mktemp "$folder/.m2m_watch.XXXXXX") || exit 2
trap 'rm -f "$temporary"' EXIT
trap 'exit 130' INT TERM

npx m2m-watch check --format prometheus "$@" >"$temporary"
status=$?
case $status in
  # Unhealthy and undetermined applications are what the metrics tell: the file is whole.
  0 | 1 | 3) chmod 644 "$temporary" && mv "$temporary" "$folder/m2m_watch.prom" ;;
  # A mistake or an interruption: the old file stays, and its age raises M2mWatchSilent.
  *) exit "$status" ;;
esac
