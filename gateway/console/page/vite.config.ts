/** Bundles the console's page into dist/console/. */
import { defineConfig } from 'vite';
import { BUILD, FILE_NAMES, JSX } from '../../../shared/page/bundling.ts';

const here = new URL('.', import.meta.url).pathname;

export default defineConfig({
  root: here,
  base: './',
  logLevel: 'warn',
  oxc: { jsx: JSX },
  build: {
    ...BUILD,
    chunkSizeWarningLimit: 1_100, // MapLibre GL, which is loaded with the first map
    outDir: `${here}../../../dist/console`,
    rolldownOptions: { output: FILE_NAMES },
  },
});
