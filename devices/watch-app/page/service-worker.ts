/**
 * Keeps the app itself for when there is no network: its files, and nothing that the hub sends or gets. Files whose name has their content's
 * hash are taken from the cache; page and configuration from the network, and from the cache if there is none.
 */

/** What this needs of a worker's global scope: TypeScript's types for it cannot stand beside those of a page. */
interface Worker {
  readonly registration: { readonly scope: string };
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(
    type: 'install' | 'activate',
    listener: (event: { waitUntil(work: Promise<unknown>): void }) => void,
  ): void;
  addEventListener(
    type: 'fetch',
    listener: (event: { readonly request: Request; respondWith(response: Promise<Response>): void }) => void,
  ): void;
}

/** Put in when it is built (vite.config.ts): the files, and a name that changes with them. */
declare const __FILES__: readonly string[];
declare const __BUILD__: string;

const worker = self as unknown as Worker;
const cacheName = `watch-app-${__BUILD__}`;
const urls = new Set(__FILES__.map((file) => new URL(file, worker.registration.scope).href));

worker.addEventListener('install', (event) => {
  event.waitUntil(
    caches
      .open(cacheName)
      .then((cache) => cache.addAll([...urls].map((url) => new Request(url, { cache: 'no-cache' }))))
      .then(() => worker.skipWaiting()),
  );
});

worker.addEventListener('activate', (event) => {
  event.waitUntil(
    caches
      .keys()
      .then((names) => Promise.all(names.filter((name) => name !== cacheName).map((name) => caches.delete(name))))
      .then(() => worker.clients.claim()),
  );
});

worker.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = request.url.replace(/[?#].*$/, '');
  if (request.method !== 'GET' || !urls.has(url)) return;
  event.respondWith(url.includes('/assets/') ? cached(url, request) : fresh(url, request));
});

async function cached(url: string, request: Request): Promise<Response> {
  return (await caches.match(url)) ?? fetch(request);
}

async function fresh(url: string, request: Request): Promise<Response> {
  const cache = await caches.open(cacheName);
  try {
    const response = await fetch(request);
    if (response.ok) await cache.put(url, response.clone());
    return response;
  } catch (fault) {
    const kept = await cache.match(url);
    if (kept === undefined) throw fault;
    return kept;
  }
}
