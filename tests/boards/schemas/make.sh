#!/usr/bin/env bash
# Makes the schemas anew from the published packages. Needs Node, npm and the network.
set -euo pipefail
here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
work="$(mktemp -d)"
trap 'rm -rf "$work"' EXIT
cd "$work"
echo '{}' > package.json
npm install --silent --ignore-scripts typescript@5 ts-json-schema-generator@2
cat > tsconfig.json <<'CONFIG'
{"compilerOptions":{"strict":true,"skipLibCheck":true,"target":"es2022","module":"esnext","moduleResolution":"bundler"},"include":["none/*.ts"]}
CONFIG
for version in 11.6.0 13.2.3; do
  mkdir -p "of-$version"
  (cd "of-$version" && echo '{}' > package.json && npm install --silent --ignore-scripts "@grafana/schema@$version")
  types="of-$version/node_modules/@grafana/schema/dist/esm/raw"
  # Later versions keep the compiled code there and the types elsewhere.
  compgen -G "$types/dashboard/x/*types.gen.d.ts" > /dev/null \
    || types="of-$version/node_modules/@grafana/schema/dist/types/raw"
  made() {
    npx ts-json-schema-generator -p "$1" -t "$2" --no-type-check -f tsconfig.json \
      | python3 -c 'import json,sys; json.dump(json.load(sys.stdin), sys.stdout, indent=0, sort_keys=True, ensure_ascii=False)' \
      > "$work/made.json"
    mv "$work/made.json" "$here/$version/$3.json"
  }
  made "$(ls "$types"/dashboard/x/*types.gen.d.ts)" Dashboard dashboard
  for panel in timeseries stat table gauge bargauge barchart statetimeline; do
    made "$(ls "$types/composable/$panel/panelcfg/x"/*types.gen.d.ts)" '*' "$panel"
  done
done
