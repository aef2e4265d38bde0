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
    outDir: `${here}../../../dist/console`,
    rolldownOptions: { output: FILE_NAMES },
  },
});
