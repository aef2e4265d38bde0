/** How vite bundles a page of preact: nothing stands inline and nothing is made from text, so that its policy can forbid both. */

export const JSX = { runtime: 'automatic', importSource: 'preact' } as const;

export const BUILD = {
  emptyOutDir: true,
  target: 'es2022',
  modulePreload: { polyfill: false },
  assetsInlineLimit: 0,
} as const;

/** Names of files carry their contents' hashes: they can be kept for ever. */
export const FILE_NAMES = {
  entryFileNames: 'assets/[name]-[hash].js',
  assetFileNames: 'assets/[name]-[hash][extname]',
  chunkFileNames: 'assets/[name]-[hash].js',
} as const;
