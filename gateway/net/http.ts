/**
 * Requests over HTTP/1.1 (RFC 9110, RFC 9112): the only place where the gateway is an HTTP client.
 *
 * Promise: an answer of any status is a value; redirections are not followed. Whatever else happens rejects: with `NobodyThere` if
 * nobody answers at the address. A connection that was kept open and turns out to be closed is replaced once, so a request may
 * arrive twice.
 * Bounds: a request and its answer have `withinMs` together; a longer body than `maxBytes` is an error. Connections are kept open while
 * they are used, `maxSockets` to a host.
 */
import { type ClientRequest, Agent as HttpAgent, type IncomingHttpHeaders, request as requestHttp } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';
import { codeOf, TextError } from '../../shared/errors.ts';
import { isAbsence, lostBecause, NobodyThere } from './absence.ts';
import { readCredential } from './credentials.ts';
import { onAbort } from './keep-open.ts';
import { say } from './words.ts';

export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** http:// or https:// */
  readonly url: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Sent with its Content-Length, never chunked. */
  readonly body?: string | Uint8Array;
  readonly withinMs: number;
  /** Default 1 MiB. */
  readonly maxBytes?: number;
}

export interface HttpAnswer {
  readonly status: number;
  /** Their names in lower case. */
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
}

export interface HttpSettings {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
  /** The same as PEM. */
  readonly ca?: string | undefined;
  readonly cert?: string | undefined;
  readonly key?: string | undefined;
  /** Connections to one host at once; further requests wait for one. Default 1. */
  readonly maxSockets?: number;
}

export interface Http {
  ask(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
  /** Closes the connections that are kept open. */
  close(): void;
}

export type OpenHttp = typeof openHttp;

const defaultMaxBytes = 1024 * 1024;
const keepAliveMs = 30_000;

/** Throws a MachimoriError "server-credentials" if a file cannot be read. */
export function openHttp({ caFile, certFile, keyFile, ca, cert, key, maxSockets = 1 }: HttpSettings = {}): Http {
  const read = (file: string | undefined) => (file === undefined ? undefined : readCredential(file, 'server'));
  const tls = { ca: ca ?? read(caFile), cert: cert ?? read(certFile), key: key ?? read(keyFile) };
  const keeping = { keepAlive: true, keepAliveMsecs: keepAliveMs, maxSockets };
  const plain = new HttpAgent(keeping);
  const secure = new HttpsAgent({ ...keeping, ...tls });
  const begin = ({ method, url, headers, body }: HttpRequest): ClientRequest => {
    const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
    const options = { method, headers: { ...headers, ...length } };
    return url.startsWith('https:')
      ? requestHttps(url, { ...options, agent: secure })
      : requestHttp(url, { ...options, agent: plain });
  };
  return {
    ask: (request, signal) => exchange(request, begin, signal),
    close() {
      plain.destroy();
      secure.destroy();
    },
  };
}

function exchange(asked: HttpRequest, begin: (asked: HttpRequest) => ClientRequest, signal: AbortSignal) {
  const { withinMs, maxBytes = defaultMaxBytes, body } = asked;
  return new Promise<HttpAnswer>((resolve, reject) => {
    let request: ClientRequest | undefined;
    let forget = () => {};
    const end = () => {
      clearTimeout(timer);
      forget();
    };
    const fail = (fault: unknown) => {
      end();
      request?.destroy();
      reject(isAbsence(fault) ? new NobodyThere(lostBecause(fault), fault) : fault);
    };
    const attempt = (isLast: boolean) => {
      const current = begin(asked);
      request = current;
      current.on('error', (fault) => {
        const wasIdle = current.reusedSocket && /^(ECONNRESET|EPIPE)$/.test(codeOf(fault));
        if (wasIdle && !isLast) attempt(true);
        else fail(fault);
      });
      current.on('response', (response) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        response.on('error', fail);
        response.on('data', (chunk: Buffer) => {
          bytes += chunk.length;
          if (bytes > maxBytes) fail(new TextError(say.answerTooLong({ max: maxBytes })));
          else chunks.push(chunk);
        });
        response.on('end', () => {
          end();
          resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) });
        });
      });
      current.end(body);
    };
    const timer = setTimeout(() => fail(new TextError(say.noAnswerWithin({ seconds: withinMs / 1000 }))), withinMs);
    forget = onAbort(signal, () => fail(new TextError(say.stopped())));
    if (!signal.aborted) attempt(false);
  });
}
