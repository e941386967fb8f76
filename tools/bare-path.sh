#!/usr/bin/env bash
# Fills an empty folder with git, Node, npm and the commands of a base system, and nothing else. As the
# only folder of PATH it stands for a machine that has nothing more: tools/bare-path.sh FOLDER
set -euo pipefail
folder=$1
mkdir -p "$folder"

# A copy, not a link: the launcher puts the folder of the running Node on the PATH of its children.
cp "$(node --print process.execPath)" "$folder/node"
for command in git npm npx \
  awk basename bash cat chmod cp cut date dirname env expr false find grep gzip head hostname id kill \
  ln ls mkdir mkfifo mktemp mv od printf ps pwd readlink realpath rm rmdir sed seq sh sleep sort stat stty tail \
  tar tee test touch tr true tty uname uniq wc which xargs; do
  path=$(command -v "$command") || continue
  # What the shell has built in has no path.
  [[ $path != /* ]] || ln -s "$(readlink -f "$path")" "$folder/$command"
done
