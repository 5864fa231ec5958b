/** What a manifest is checked against: the pages as they were built. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { SYNC_FUNCTION } from '../../contract/ribbon.ts';
import type { Surroundings } from './check.ts';
import { pngSize } from './png-size.ts';

/** `pages`: the folder of the built pages, with its `assets`. */
export function builtSurroundings(version: string, pages: string): Surroundings {
  return {
    version,
    functions: [SYNC_FUNCTION],
    hasPage: (path) => existsSync(join(pages, path)),
    iconSize(path) {
      const file = join(pages, path);
      return existsSync(file) ? pngSize(readFileSync(file)) : null;
    },
  };
}
