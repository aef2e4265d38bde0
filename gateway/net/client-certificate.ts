/**
 * The certificate that a client of a TLS server comes with. TLS has proved that the client holds its key (RFC 8446, 4.4.3). Who may have signed
 * it is not asked: the server knows each certificate that it accepts by its fingerprint.
 */
import { createHash } from 'node:crypto';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Of a TLS server: a client may show a certificate, and may do without. */
export const ASKS_FOR_CERTIFICATE = { requestCert: true, rejectUnauthorized: false } as const;

/** SHA-256 of the certificate in DER, in hexadecimal; undefined if the client showed none. */
export function fingerprintOf(socket: Socket): string | undefined {
  const raw = socket instanceof TLSSocket ? socket.getPeerX509Certificate()?.raw : undefined;
  return raw && createHash('sha256').update(raw).digest('hex');
}
