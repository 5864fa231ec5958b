/** How the add-in's pages are built: relative, hashed assets and no inline scripts, as the bridge's policy demands. */
import { basename, join, relative } from 'node:path';
import type { Plugin, UserConfig } from 'vite';

/** Pages stand beside their scripts in the sources, and side by side where they are served: the manifest names them. */
const sideBySide: Plugin = {
  name: 'side-by-side',
  enforce: 'post',
  generateBundle(_options, bundle) {
    for (const file of Object.values(bundle)) {
      if (file.type !== 'asset' || !file.fileName.endsWith('.html')) continue;
      file.source = String(file.source).replaceAll(/(src|href)="(?:\.\.\/)+/g, '$1="./');
      file.fileName = basename(file.fileName);
    }
  },
};

/** `pages` are paths below `root`; their names must differ. */
export function pagesBuild(root: string, pages: readonly string[], outDir: string): UserConfig {
  return {
    root,
    base: './',
    publicDir: false,
    plugins: [sideBySide],
    build: {
      outDir: relative(root, outDir),
      emptyOutDir: true,
      target: 'es2023',
      // A module preload polyfill would be an inline script; data: URLs of styles are not allowed either.
      modulePreload: { polyfill: false },
      assetsInlineLimit: 0,
      license: { fileName: 'licenses.md' },
      rolldownOptions: {
        input: pages.map((page) => join(root, page)),
        onLog: (level, log, tell) => {
          // 'use client' of libraries: of use to servers that render, and there is none.
          if (log.code !== 'MODULE_LEVEL_DIRECTIVE') tell(level, log);
        },
      },
    },
  };
}
