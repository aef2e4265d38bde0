import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** A certificate authority of our own, and keys with certificates that it signed. */
export function certificates(folder: string) {
  const at = (name: string) => join(folder, name);
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  openssl('req', '-x509', ...newKey, '-keyout', 'ca.key', '-out', 'ca.pem', '-days', '2', '-subj', '/CN=Test CA');
  writeFileSync(at('san'), 'subjectAltName=IP:127.0.0.1\n');
  for (const [name, subject] of [
    ['server', 'broker'],
    ['client', 'gateway-01'],
  ] as const) {
    openssl('req', ...newKey, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${subject}`);
    const signedBy = ['-CA', 'ca.pem', '-CAkey', 'ca.key', '-CAcreateserial'];
    openssl('x509', '-req', '-in', `${name}.csr`, ...signedBy, '-out', `${name}.pem`, '-days', '2', '-extfile', 'san');
  }
  const read = (name: string) => readFileSync(at(name));
  return {
    server: { key: read('server.key'), cert: read('server.pem'), ca: read('ca.pem') },
    caFile: at('ca.pem'),
    certFile: at('client.pem'),
    keyFile: at('client.key'),
  };
}

/** For `describe.skipIf`. Says how it is installed. */
export const isOpensslMissing = spawnSync('openssl', ['version']).error !== undefined && process.env.CI !== 'true';
if (isOpensslMissing) console.warn('Skipped: no openssl here. Install it with: apt-get install openssl');

/** A certificate that signed itself and ended yesterday. */
export function expiredCertificate(folder: string, commonName: string): { key: string; certificate: string } {
  const openssl = (...args: string[]) => execFileSync('openssl', args, { cwd: folder, stdio: 'pipe' });
  const newKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-keyout', 'ended.key'];
  openssl('req', ...newKey, '-out', 'ended.csr', '-subj', `/CN=${commonName.replaceAll('/', '\\/')}`);
  openssl('x509', '-req', '-in', 'ended.csr', '-signkey', 'ended.key', '-days', '-1', '-out', 'ended.pem');
  const read = (name: string) => readFileSync(join(folder, name), 'utf8');
  return { key: read('ended.key'), certificate: read('ended.pem') };
}
