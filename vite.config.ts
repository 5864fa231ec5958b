// Builds the add-in's pages into dist/pages: relative, hashed assets and no inline scripts, as the bridge's content
// security policy demands.
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, type Plugin } from 'vite';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const output = here('./dist/pages');

/** Icons keep their names: the manifest names them. */
const icons: Plugin = {
  name: 'icons',
  writeBundle: () => cpSync(here('./addin/assets'), `${output}/assets`, { recursive: true }),
};

const config = defineConfig({
  root: here('./addin/pane'),
  base: './',
  publicDir: false,
  plugins: [icons],
  build: {
    outDir: output,
    emptyOutDir: true,
    target: 'es2023',
    // A module preload polyfill would be an inline script; data: URLs of styles are not allowed either.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    rolldownOptions: {
      input: { taskpane: here('./addin/pane/taskpane.html'), commands: here('./addin/pane/commands.html') },
    },
  },
});

// Vite takes its configuration from a default export.
export default config;
