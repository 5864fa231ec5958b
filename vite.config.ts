// Builds the add-in's pages into dist/pages.
import { cpSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig, mergeConfig, type Plugin } from 'vite';
import { pagesBuild } from './scripts/pages-build.ts';

const here = (path: string): string => fileURLToPath(new URL(path, import.meta.url));
const output = here('./dist/pages');

/** Icons keep their names: the manifest names them. */
const icons: Plugin = {
  name: 'icons',
  writeBundle: () => cpSync(here('./addin/assets'), `${output}/assets`, { recursive: true }),
};

const pages = [
  'pane/taskpane.html',
  'commands/commands.html',
  'auth/auth.html',
  'auth/dialog.html',
  'auth/consent.html',
];

const config = mergeConfig(defineConfig(pagesBuild(here('./addin'), pages, output)), { plugins: [icons] });

// Vite takes its configuration from a default export.
export default config;
