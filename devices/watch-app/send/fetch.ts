/** The hub's door for phones, over HTTPS. Without cookies, caches or referrer: nothing in a request tells one phone from another. */
import type { Answer, Hub } from '../core/surroundings.ts';

const timeoutMs = 20_000;
/** An answer is as short as a receipt, or a list (shared/enrolment/operators.ts). */
const maxAnswerBytes = 256 * 1024;
const CBOR = 'application/cbor';
/** Not the phone's own, which few may share. */
const NO_LANGUAGE = { 'accept-language': '*' };

export interface FetchOptions {
  readonly method?: 'POST';
  readonly body?: Uint8Array<ArrayBuffer>;
  readonly headers: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
  readonly cache: 'no-store';
  readonly credentials: 'omit';
  readonly referrerPolicy: 'no-referrer';
  readonly redirect: 'error';
}
export type Fetch = (url: string, options: FetchOptions) => Promise<Response>;
type Request = Pick<FetchOptions, 'method' | 'body' | 'headers'>;

/** `url`: "https://hub.example.jp", or "" for the page's own server. */
export function hubAt(url: string, send: Fetch = (to, options) => fetch(to, options)): Hub {
  const ask = (path: string, request: Request, signal: AbortSignal) =>
    send(`${url.replace(/\/+$/, '')}${path}`, {
      ...request,
      signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
      cache: 'no-store',
      credentials: 'omit',
      referrerPolicy: 'no-referrer',
      redirect: 'error',
    });
  return {
    async operators(signal) {
      const response = await ask('/v1/operators', { headers: { ...NO_LANGUAGE, accept: CBOR } }, signal);
      if (!response.ok) throw new Error(`The hub answered ${response.status}`);
      return bytesOf(response);
    },
    async upload(bytes, signal): Promise<Answer> {
      const request = { method: 'POST', body: bytes, headers: { ...NO_LANGUAGE, 'content-type': CBOR } } as const;
      const response = await ask('/v1/sightings', request, signal);
      if (response.ok) return { kind: 'receipt', bytes: await bytesOf(response) };
      if (response.status === 400 || response.status === 413) return { kind: 'refused' };
      return { kind: 'later', afterMs: retryAfterMs(response.headers.get('retry-after')) };
    },
  };
}

/** RFC 9110 §10.2.3, in seconds; a date is left alone. */
function retryAfterMs(value: string | null): number | undefined {
  return value !== null && /^\d{1,6}$/.test(value) ? Number(value) * 1_000 : undefined;
}

async function bytesOf(response: Response): Promise<Uint8Array> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  if (bytes.length > maxAnswerBytes) throw new Error(`The hub answered with ${bytes.length} bytes`);
  return bytes;
}
