/**
 * A prefecture's web server: river levels, rain and shelters as JSON, CSV and HTML, with entity tags (RFC 9110 §8.8.3), and its faults on
 * demand. It keeps count of who asked for what, and of how many asked at once.
 */
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { FaultBoard } from '../fault-board.ts';
import { type Observed, PAGES, type Page } from './pages.ts';
import { WEB_SOURCE_FAULTS, type WebFault, webFaultOn } from './web-faults.ts';

const maxAsked = 10_000;

export interface WebSourceOptions {
  /** 0: any. */
  readonly port?: number;
  readonly host?: string;
  /** With `WEB_SOURCE_FAULTS`. */
  readonly faults?: FaultBoard;
}

export interface Asked {
  readonly path: string;
  readonly userAgent: string;
  readonly headers: IncomingMessage['headers'];
  readonly status: number;
}

export class WebSource {
  readonly #server = createServer((request, response) => this.#answer(request, response));
  readonly #stations = new Map<string, Observed[]>();
  readonly #shelters = new Map<string, boolean>();
  #updatedAt = 0;
  #inFlight = 0;
  /** What it does instead of answering, unless its board says something else. */
  fault: WebFault | undefined;
  readonly faults: FaultBoard;
  /** How long "busy" asks to be left alone, s. */
  retryAfterS = 1;
  /** Without entity tags, as many servers are. */
  isTagless = false;
  /** The last 10,000. */
  readonly asked: Asked[] = [];
  /** The most requests at once. */
  mostAtOnce = 0;

  constructor(faults = new FaultBoard(WEB_SOURCE_FAULTS)) {
    this.faults = faults;
  }

  static async open({ port = 0, host = '127.0.0.1', faults }: WebSourceOptions = {}): Promise<WebSource> {
    const source = new WebSource(faults);
    source.#server.listen(port, host);
    await once(source.#server, 'listening');
    return source;
  }

  get paths(): readonly string[] {
    return Object.keys(PAGES);
  }

  get origin(): string {
    const address = this.#server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    return `http://127.0.0.1:${port}`;
  }

  /** A station has observed something. */
  observe(station: string, observed: Observed): void {
    const all = this.#stations.get(station) ?? [];
    this.#stations.set(station, [...all, observed].slice(-144));
    this.#updatedAt = Math.max(this.#updatedAt, observed.at);
  }

  shelter(name: string, isOpen: boolean, at: number): void {
    this.#shelters.set(name, isOpen);
    this.#updatedAt = Math.max(this.#updatedAt, at);
  }

  async close(): Promise<void> {
    if (!this.#server.listening) return;
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }

  #answer(request: IncomingMessage, response: ServerResponse): void {
    this.#inFlight++;
    this.mostAtOnce = Math.max(this.mostAtOnce, this.#inFlight);
    const path = request.url ?? '/';
    response.on('close', () => {
      this.#inFlight--;
      if (this.asked.length >= maxAsked) this.asked.shift();
      this.asked.push({
        path,
        userAgent: request.headers['user-agent'] ?? '',
        headers: request.headers,
        status: response.statusCode,
      });
    });
    const fault = this.#fault;
    if (fault !== undefined && this.#misbehave(fault, path, response)) return;
    const page = PAGES[path]?.(
      { stations: this.#stations, shelters: this.#shelters, updatedAt: this.#updatedAt },
      fault === 'renamed',
    );
    if (page !== undefined) this.#send(page, request, response);
    else if (path === '/old') response.writeHead(301, { location: '/river.json' }).end();
    else response.writeHead(404).end();
  }

  get #fault(): WebFault | undefined {
    return webFaultOn(this.faults) ?? this.fault;
  }

  #send({ type, body }: Page, request: IncomingMessage, response: ServerResponse): void {
    const tag = `"${createHash('md5').update(body).digest('hex')}"`;
    const headers = this.isTagless ? {} : { etag: tag, 'last-modified': new Date(this.#updatedAt).toUTCString() };
    if (!this.isTagless && request.headers['if-none-match'] === tag) {
      response.writeHead(304, headers).end();
      return;
    }
    const declared = this.#fault === 'wrong-charset' ? 'text/html; charset=utf-8' : type;
    const isZipped = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
    const encoding = isZipped ? { 'content-encoding': 'gzip' } : {};
    response.writeHead(200, { ...headers, ...encoding, 'content-type': declared });
    response.end(isZipped ? gzipSync(body) : body);
  }

  /** Whether it has answered, or never will. */
  #misbehave(fault: WebFault, path: string, response: ServerResponse): boolean {
    switch (fault) {
      case 'down':
        response.destroy();
        return true;
      case 'slow':
        return true;
      case 'huge':
        response.writeHead(200).end(Buffer.alloc(6_000_000, 0x20));
        return true;
      case 'endless': {
        response.writeHead(200);
        const more = (): void => {
          while (!response.destroyed && response.write(Buffer.alloc(65_536, 0x20)));
          if (!response.destroyed) response.once('drain', more);
        };
        more();
        return true;
      }
      case 'bomb':
        response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(Buffer.alloc(50_000_000)));
        return true;
      case 'garbage':
        response.writeHead(200).end(Buffer.from(Array.from({ length: 5_000 }, (_, i) => (i * 7919) % 251)));
        return true;
      case 'busy':
        response.writeHead(429, { 'retry-after': String(this.retryAfterS) }).end();
        return true;
      case 'loop':
        response.writeHead(302, { location: path }).end();
        return true;
      case 'downgrade':
        response.writeHead(302, { location: 'ftp://127.0.0.1/river.json' }).end();
        return true;
      case 'broken':
        response.writeHead(500).end();
        return true;
      case 'gone':
        response.writeHead(404).end();
        return true;
      case 'renamed':
      case 'wrong-charset':
        return false;
    }
  }
}
