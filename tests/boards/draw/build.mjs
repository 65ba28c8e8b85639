// Bundles main.tsx. The packages' CommonJS builds are taken: their modules end in React's error 130.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { build } from 'esbuild';

const require = createRequire(import.meta.url);
const of = (name) => require.resolve(name);
const empty = {
  name: 'empty',
  setup(at) {
    // Editors and maps, which no board has.
    at.onResolve({ filter: /^(monaco-editor|ol|@monaco-editor\/react|react-monaco-editor)(\/|$)/ }, (found) => ({
      path: found.path, namespace: 'empty',
    }));
    at.onLoad({ filter: /.*/, namespace: 'empty' }, () => ({ contents: 'module.exports = {};' }));
  },
};

await build({
  entryPoints: [join(import.meta.dirname, 'main.tsx')],
  outfile: process.argv[2],
  bundle: true,
  minify: true,
  jsx: 'automatic',
  logLevel: 'error',
  define: { 'process.env.NODE_ENV': '"production"', global: 'window' },
  loader: { '.svg': 'dataurl', '.woff2': 'dataurl', '.woff': 'dataurl', '.ttf': 'dataurl' },
  alias: {
    '@grafana/ui': of('@grafana/ui'),
    '@grafana/data': of('@grafana/data'),
    '@grafana/schema': of('@grafana/schema'),
    'react-dom/server': of('react-dom/server.browser'),
  },
  plugins: [empty],
});
