/** The version of this program, as its package says. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { hasCode } from './private-files.ts';

/** The package's file, seen from the source and from the built module (dist/bridge/config). */
const places = ['../../package.json', '../../../package.json'];

const packageSchema = z.object({ version: z.string() });

export function programVersion(): string {
  for (const place of places) {
    try {
      return packageSchema.parse(JSON.parse(readFileSync(new URL(place, import.meta.url), 'utf8'))).version;
    } catch (error) {
      if (!hasCode(error, 'ENOENT')) throw error;
    }
  }
  throw new Error('package.json is missing');
}
