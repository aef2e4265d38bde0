/** When what a file holds to prove who somebody is comes to its end. */
import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';

const PEM = /-----BEGIN CERTIFICATE-----/g;

/**
 * Epoch ms: the notAfter of a certificate (RFC 5280 §4.1.2.5), in a chain of the first, or the `exp` of a JSON Web Token (RFC 7519
 * §4.1.4). Of an enrolment its certificate counts. Undefined for a bundle of authorities, for what has no end, and for what cannot be read.
 */
export function endOfCredential(file: string, isChain: boolean): number | undefined {
  try {
    const content = readFileSync(file, 'utf8');
    const text = content.startsWith('{') ? certificateIn(content) : content;
    const certificates = text.match(PEM)?.length ?? 0;
    if (certificates === 0) return endOfToken(text);
    return certificates === 1 || isChain ? timeIn(Date.parse(new X509Certificate(text).validTo)) : undefined;
  } catch {
    return undefined; // whoever uses it says what is wrong with it
  }
}

/** Of an enrolment (enrolment.ts). */
function certificateIn(json: string): string {
  const { certificate } = JSON.parse(json) as { certificate?: unknown };
  return typeof certificate === 'string' ? certificate : '';
}

function endOfToken(text: string): number | undefined {
  const [, payload] = /^(?:bearer\s+)?[\w-]+\.([\w-]+)\.[\w-]+$/i.exec(text.trim()) ?? [];
  if (payload === undefined) return undefined;
  const { exp } = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')) as { exp?: unknown };
  return typeof exp === 'number' ? timeIn(exp * 1000) : undefined;
}

function timeIn(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined;
}
