/** Style sheets that vite bundles with the page that imports them. */
declare module '*.css';
