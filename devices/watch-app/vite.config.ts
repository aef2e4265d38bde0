/** Bundles the page into dist/watch-app/. */
import { defineConfig, type Plugin } from 'vite';
import { BUILD, FILE_NAMES, JSX } from '../../shared/page/bundling.ts';

/** Names the files that the service worker keeps, and a build whose name changes with any of them. */
function filesToKeep(always: readonly string[]): Plugin {
  return {
    name: 'files-to-keep',
    generateBundle(_, bundle) {
      const assets = Object.keys(bundle).filter((file) => file.startsWith('assets/'));
      const worker = bundle['sw.js'];
      if (worker?.type !== 'chunk') throw new Error('There is no service worker in the bundle');
      const files = [...always, ...assets.toSorted()];
      worker.code = worker.code
        .replaceAll('__FILES__', JSON.stringify(files))
        .replaceAll('__BUILD__', JSON.stringify(nameOf(files)));
    },
  };
}

/** Files' names have their contents' hashes (FNV-1a of them all). */
function nameOf(files: readonly string[]): string {
  let hash = 0x811c9dc5;
  for (const character of files.join()) hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  return (hash >>> 0).toString(16);
}

const here = new URL('.', import.meta.url).pathname;

export default defineConfig({
  root: `${here}page`,
  base: './',
  logLevel: 'warn',
  resolve: {
    // The usual build of cbor-x compiles functions from text, which the page's policy forbids.
    alias: [{ find: /^cbor-x(\/(de|en)code)?$/, replacement: 'cbor-x/index-no-eval' }],
  },
  oxc: { jsx: JSX },
  build: {
    ...BUILD,
    outDir: `${here}../../dist/watch-app`,
    rolldownOptions: {
      input: { page: `${here}page/index.html`, sw: `${here}page/service-worker.ts` },
      output: {
        ...FILE_NAMES,
        entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : FILE_NAMES.entryFileNames),
      },
    },
  },
  plugins: [filesToKeep(['./', 'config.json', 'manifest.webmanifest', 'icon.svg', 'icon-192.png', 'icon-512.png'])],
});
