/**
 * The status over HTTP for Prometheus and health checks, on loopback only: `/healthz` (200 or 503, JSON) and `/metrics`.
 * `machimori status` does not need it: it asks the control socket.
 *
 * If the status port is taken, the gateway logs that and runs without it.
 */
import { createServer } from 'node:http';
import type { Log } from '../machine/log.ts';
import { splitAddress } from '../net/address.ts';
import { formatMetrics } from './metrics.ts';
import type { StatusSources } from './sources.ts';
import { readStatus } from './status.ts';

/** Serves until the signal aborts. */
export function serveStatus(address: string, sources: StatusSources, log: Log, signal: AbortSignal): Promise<void> {
  const server = createServer((request, response) => {
    const path = request.url?.split('?')[0];
    if (request.method !== 'GET' || (path !== '/healthz' && path !== '/metrics')) {
      response.writeHead(404, { 'content-type': 'text/plain' }).end('Ask for /healthz or /metrics\n');
    } else if (path === '/metrics') {
      response
        .writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' })
        .end(formatMetrics(sources));
    } else {
      const status = readStatus(sources);
      response
        .writeHead(status.healthy ? 200 : 503, { 'content-type': 'application/json' })
        .end(JSON.stringify(status));
    }
  });
  server.maxConnections = 20;
  server.requestTimeout = 5_000;
  const { host, port } = splitAddress(address);
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
