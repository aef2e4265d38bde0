/**
 * One look at a source: asked only for what is new since the last time (RFC 9110 §13), decompressed, and made UTF-8.
 *
 * Promise: a document, or that there is nothing new; anything else rejects with a sentence that says why. Redirections are followed within
 * the same scheme, or to https; what is secret (an API key) goes only to the host that is configured. Bounds: `maxRedirects`, `withinMs` for each
 * request, `maxBytes` of a document as it comes and after decompression.
 */
import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { brotliDecompress, gunzip, inflate } from 'node:zlib';
import { type Charset, documentText, textIn } from '../../../devices/web-table/charset.ts';
import { codeOf, TextError } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import type { HostTurns } from '../../net/host-turns.ts';
import type { Http, HttpAnswer } from '../../net/http.ts';
import { retryAfterMs } from './retry-after.ts';
import { say } from './words.ts';

const maxRedirects = 3;

export interface Source {
  readonly url: string;
  /** Who asks. */
  readonly userAgent: string;
  /** Sent to the configured host alone. */
  readonly headers: Readonly<Record<string, string>>;
  readonly withinMs: number;
  readonly maxBytes: number;
  readonly charset?: Charset | undefined;
}

/** What tells whether a document is new. */
export interface Version {
  readonly etag?: string | undefined;
  readonly lastModified?: string | undefined;
  /** Of servers that say neither. */
  readonly digest: string;
}

export type Looked =
  | {
      readonly isNew: true;
      readonly text: Uint8Array;
      readonly version: Version;
      readonly movedTo?: string | undefined;
    }
  | { readonly isNew: false; readonly version?: Version };

export interface Asking {
  readonly http: Http;
  readonly turns: HostTurns;
  /** Epoch ms. */
  readonly now: number;
  readonly signal: AbortSignal;
}

/** The server answered with something else than the document. */
export class SourceRefused extends TextError {
  /** How long it asks to be left alone. */
  readonly retryAfterMs: number | undefined;

  constructor(text: Text, retryAfterMs?: number) {
    super(text);
    this.retryAfterMs = retryAfterMs;
  }
}

/** The source answers, but with a document that is beyond the bounds. */
export class TooLarge extends TextError {}

export async function fetchDocument(source: Source, known: Version | undefined, asking: Asking): Promise<Looked> {
  let url = new URL(source.url);
  let movedTo: string | undefined;
  for (let redirects = 0; ; redirects++) {
    const answer = await ask(url, source, known, asking);
    const { status, headers } = answer;
    if (status === 304 && known !== undefined) return { isNew: false };
    if (status === 200) return documentIn(answer, source, known, movedTo);
    const location = [301, 302, 303, 307, 308].includes(status) ? headers.location : undefined;
    if (location === undefined) {
      throw new SourceRefused(say.answered({ status }), retryAfterMs(headers['retry-after'], asking.now));
    }
    if (redirects === maxRedirects) throw new SourceRefused(say.redirectedTooOften({ max: maxRedirects }));
    url = followed(url, location);
    if (status === 301 || status === 308) movedTo = url.href;
  }
}

function ask(url: URL, source: Source, known: Version | undefined, asking: Asking): Promise<HttpAnswer> {
  const { http, turns, signal } = asking;
  const { userAgent, headers: secret, withinMs, maxBytes } = source;
  const headers = {
    'user-agent': userAgent,
    accept: 'application/json, text/csv, text/html;q=0.9, */*;q=0.5',
    'accept-encoding': 'gzip, deflate, br',
    ...(known?.etag !== undefined && { 'if-none-match': known.etag }),
    ...(known?.lastModified !== undefined && { 'if-modified-since': known.lastModified }),
    ...(url.host === new URL(source.url).host && secret),
  };
  const request = { method: 'GET', url: url.href, headers, withinMs, maxBytes } as const;
  return turns
    .take(url.hostname, () => http.ask(request, signal), signal)
    .catch((fault: unknown) => {
      const isTooLong = fault instanceof TextError && fault.text.code === 'net.answer-too-long';
      throw isTooLong ? new TooLarge(say.tooLarge({ max: maxBytes })) : fault;
    });
}

/** No page may send the gateway to something that is less guarded than itself. */
function followed(from: URL, location: string): URL {
  const to = URL.canParse(location, from.href) ? new URL(location, from) : undefined;
  const isAllowed = to !== undefined && (to.protocol === from.protocol || to.protocol === 'https:');
  if (!isAllowed || to.username !== '' || to.password !== '')
    throw new SourceRefused(say.redirectedWrongly({ location: location.slice(0, 200) }));
  to.hash = '';
  return to;
}

async function documentIn(
  { headers, body }: HttpAnswer,
  { charset, maxBytes }: Source,
  known: Version | undefined,
  movedTo: string | undefined,
): Promise<Looked> {
  const bytes = await decompressed(body, headers['content-encoding'], maxBytes);
  const digest = createHash('sha256').update(bytes).digest('base64');
  const version = { etag: headers.etag, lastModified: headers['last-modified'], digest };
  if (known?.digest === digest) return { isNew: false, version };
  const text = charset === undefined ? documentText(bytes, headers['content-type']) : textIn(bytes, charset);
  return { isNew: true, text: Buffer.from(`\ufeff${text.replace(/^\ufeff/, '')}`), version, movedTo };
}

const DECOMPRESS: Readonly<Record<string, (bytes: Buffer, options: { maxOutputLength: number }) => Promise<Buffer>>> = {
  gzip: promisify(gunzip),
  'x-gzip': promisify(gunzip),
  deflate: promisify(inflate),
  br: promisify(brotliDecompress),
};

async function decompressed(body: Buffer, encoding: string | undefined, maxBytes: number): Promise<Buffer> {
  const name = encoding?.trim().toLowerCase() ?? 'identity';
  if (name === 'identity' || name === '') return body;
  const decompress = Object.hasOwn(DECOMPRESS, name) ? DECOMPRESS[name] : undefined;
  if (decompress === undefined) throw new SourceRefused(say.unknownEncoding({ name }));
  try {
    return await decompress(body, { maxOutputLength: maxBytes });
  } catch (fault) {
    if (codeOf(fault) === 'ERR_BUFFER_TOO_LARGE') throw new TooLarge(say.tooLarge({ max: maxBytes }));
    throw new SourceRefused(say.badlyCompressed());
  }
}
