#!/usr/bin/env bash
# Draws the boards with Grafana's own components, to be looked at. Not part of tests/run: it needs
# Node, npm, the network and Chromium, and its judge is an eye.
#
#   python3 ask.py ../../../dashboards/grafana/boards DSN PROMETHEUS DATA
#   tests/boards/draw/make.sh DATA OUT [BOARD]
#
# DATA holds what ask.py wrote, OUT gets one picture for each board and theme.
#
# Real are: values, units, digits, steps, words, links and names of fields (@grafana/data), stat,
# bar gauge, table, time series, the frame of a panel and the themes (@grafana/ui). By hand are the
# panels that lie in no package: gauge, bar chart, state timeline, alert list. Not shown are
# variables, annotations and alerts. THEMES=light draws one of the two alone.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
data="$(realpath "$1")" out="$(realpath -m "$2")" only="${3:-}"
mkdir -p "$out"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$here"
[ -d node_modules ] || npm ci --silent --ignore-scripts --legacy-peer-deps --no-audit --no-fund
node build.mjs "$work/main.js"
for file in "$data"/*"$only"*.json; do
  name="$(basename "$file" .json)"
  high="$(node -p 'const b=require(process.argv[1]).board; Math.max(...b.panels.map(p=>p.gridPos.y+p.gridPos.h))*38+90' "$file")"
  for theme in ${THEMES:-light dark}; do
    {
      printf '<!doctype html><meta charset="utf-8"><link rel="stylesheet" href="main.css"><body><div id="root"></div><script>window.WHOLE='
      sed 's/<\//<\\\//g' "$file"
      printf ';window.THEME="%s";</script><script src="main.js"></script>' "$theme"
    } > "$work/$name-$theme.html"
    chromium --headless --no-sandbox --disable-gpu --disable-quic --no-first-run \
      --disable-background-networking --disable-component-update --disable-sync \
      --allow-file-access-from-files --hide-scrollbars --lang=zh-CN \
      --user-data-dir="$work/profile-$name-$theme" --window-size="1920,$high" \
      --virtual-time-budget=8000 --screenshot="$out/$name-$theme.png" \
      "file://$work/$name-$theme.html" > "$work/said" 2>&1 || { cat "$work/said" >&2; exit 1; }
  done
done
