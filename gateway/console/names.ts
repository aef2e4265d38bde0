/**
 * Whether a request is meant for this console, and comes from its own page.
 *
 * A web page that has its own name resolve to this box ("DNS rebinding") names its own in `Host`: only names of this machine are answered. No name leads
 * to an address but itself, so addresses always are.
 */
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

/** Those by which it may be called, besides any address. `hostname`: of the machine. */
export function ownNames(configured: readonly string[], hostname: string): readonly string[] {
  const name = hostname.toLowerCase();
  return [...new Set(['localhost', name, ...(name.includes('.') ? [] : [`${name}.local`]), ...configured])];
}

/** Whether the one `Host` of the request (RFC 9112 §3.2) names this machine. */
export function isForUs(request: IncomingMessage, names: readonly string[]): boolean {
  const { host } = request.headers;
  if (host === undefined || isRepeated(request, 'host')) return false;
  const [, bracketed, plain = ''] = /^(?:\[([0-9a-fA-F:.]+)\]|([^\s:/@?#[\]]+))(?::\d{1,5})?$/.exec(host) ?? [];
  if (bracketed !== undefined) return isIP(bracketed) === 6;
  return isIP(plain) === 4 || names.includes(plain.toLowerCase());
}

export function isRepeated({ rawHeaders }: IncomingMessage, name: string): boolean {
  return rawHeaders.filter((each, i) => i % 2 === 0 && each.toLowerCase() === name).length > 1;
}

/**
 * Whether no other site's page has made it, as far as the browser says so (Fetch Metadata; `Origin`, RFC 6454 §7). Programs say neither.
 * `changes`: not even by a link or an address that was typed.
 */
export function isFromOwnPage({ headers }: IncomingMessage, { changes }: { readonly changes: boolean }): boolean {
  const { origin, host, 'sec-fetch-site': site } = headers;
  const isSite = site === undefined || site === 'same-origin' || (!changes && site === 'none');
  return isSite && (origin === undefined || origin === `https://${host}` || origin === `http://${host}`);
}
