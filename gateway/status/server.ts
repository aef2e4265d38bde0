/**
 * The status over HTTP for Prometheus and health checks, on loopback only: `/healthz` (200 or 503, JSON) and `/metrics`.
 * `machimori status` does not need it: it asks the control socket.
 *
 * Whoever asks without pause cannot keep the gateway from its work: a connection brings one request, and an answer stands for
 * `answerStandsMs`.
 *
 * If the status port is taken, the gateway logs that and runs without it.
 */
import { createServer } from 'node:http';
import { printableJson } from '../../shared/text.ts';
import type { Log } from '../machine/log.ts';
import { isLoopback, splitAddress } from '../net/address.ts';
import { formatMetrics } from './metrics.ts';
import type { StatusSources } from './sources.ts';
import { readStatus } from './status.ts';

/** Nobody who only drips his request holds a connection for longer than this. */
const timing = { requestTimeout: 5_000, headersTimeout: 5_000, connectionsCheckingInterval: 1_000 };

/**
 * Whether the request names this machine. A web page that had its own name resolve to loopback ("DNS rebinding") names its
 * own instead, and must not read the status.
 */
function isOurs(named: string | undefined, listening: string): boolean {
  if (named === undefined) return true; // HTTP 1.0: no browser
  const host = named.replace(/:\d*$/, '').replace(/^\[|\]$/g, '');
  return isLoopback(host) || host === listening;
}

const answerStandsMs = 500;

/** Caches what `make` returns for `answerStandsMs`. */
function standing<T>(make: () => T, monotonic: () => number): () => T {
  let made: { readonly answer: T; readonly at: number } | undefined;
  return () => {
    const now = monotonic();
    if (made === undefined || now - made.at >= answerStandsMs) made = { answer: make(), at: now };
    return made.answer;
  };
}

/** Serves until the signal aborts. */
export function serveStatus(address: string, sources: StatusSources, log: Log, signal: AbortSignal): Promise<void> {
  const { host, port } = splitAddress(address);
  const monotonic = () => sources.clock.moment().monotonic;
  const metrics = standing(() => formatMetrics(sources), monotonic);
  const health = standing(() => {
    const status = readStatus(sources);
    return { healthy: status.healthy, json: printableJson(JSON.stringify(status)) };
  }, monotonic);
  const server = createServer(timing, (request, response) => {
    if (!isOurs(request.headers.host, host)) {
      response.writeHead(403, { 'content-type': 'text/plain' }).end('Ask by a loopback address\n');
      return;
    }
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' || (path !== '/healthz' && path !== '/metrics')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Ask for /healthz or /metrics\n');
    } else if (path === '/metrics') {
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(metrics());
    } else {
      const { healthy, json } = health();
      response.writeHead(healthy ? 200 : 503, { 'content-type': 'application/json' }).end(json);
    }
  });
  server.maxConnections = 20;
  server.maxRequestsPerSocket = 1;
  return new Promise((resolve) => {
    server.on('error', (fault) => {
      log.warn('The status cannot be served; the gateway goes on without', { address, fault: fault.message });
      resolve();
    });
    signal.addEventListener(
      'abort',
      () => {
        server.close(() => resolve());
        server.closeAllConnections();
      },
      { once: true },
    );
    server.listen(port, host);
  });
}
