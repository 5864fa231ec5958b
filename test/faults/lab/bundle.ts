/** Makes JavaScript of what a lab runs as processes and loads into them: Node.js 20 reads no TypeScript. */
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'vite';

const PROGRAMS = ['device-2009', 'fast-clock', 'host-faults'] as const;
export type ProgramName = (typeof PROGRAMS)[number];

export interface Bundle {
  path(program: ProgramName): string;
  remove(): void;
}

/** Bundles them into a folder that is removed with the lab; packages are found from there. */
export async function bundlePrograms(): Promise<Bundle> {
  const root = join(import.meta.dirname, '../../..');
  const folder = mkdtempSync(join(root, 'node_modules', '.faults-'));
  const source = (name: string): string => join(import.meta.dirname, '../programs', `${name}.ts`);
  await build({
    root,
    configFile: false,
    logLevel: 'error',
    build: {
      ssr: true,
      outDir: folder,
      emptyOutDir: false,
      target: 'node20',
      rolldownOptions: {
        input: Object.fromEntries(PROGRAMS.map((name) => [name, source(name)])),
        output: { entryFileNames: '[name].mjs' },
      },
    },
  });
  return {
    path: (program) => join(folder, `${program}.mjs`),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
