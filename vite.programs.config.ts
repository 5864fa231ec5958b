// Puts the programs that people start, with the packages they need, into few files: to load hundreds of small ones takes longer
// than all that a command does.
import { rmSync } from 'node:fs';
import { defineConfig, type Plugin } from 'vite';

/** They take the places of the modules that the compiler has made. */
const programs = ['bridge/cli/main', 'device/cli/main', 'addin/hosts/headless/main'];

/** Packages that look for files of their own; these are installed, like all others. */
const withFiles = ['libsql', 'serialport', '@napi-rs/keyring', 'pino'];

/** Chunks have a new name when they change. */
const noneOfEarlier: Plugin = {
  name: 'none-of-earlier',
  buildStart: () => rmSync('dist/programs', { recursive: true, force: true }),
};

const config = defineConfig({
  publicDir: false,
  plugins: [noneOfEarlier],
  ssr: { noExternal: true, external: withFiles },
  build: {
    ssr: true,
    outDir: 'dist',
    emptyOutDir: false,
    target: 'es2023',
    license: { fileName: 'programs/licenses.md' },
    rolldownOptions: {
      input: Object.fromEntries(programs.map((name) => [name, `${name}.ts`])),
      output: {
        entryFileNames: '[name].js',
        // As deep as the modules that look for a file of ours, so that it is in the same direction.
        chunkFileNames: 'programs/chunks/[name]-[hash].js',
      },
    },
  },
});

// Vite takes its configuration from a default export.
export default config;
