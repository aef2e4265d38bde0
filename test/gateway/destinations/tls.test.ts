import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, test } from 'vitest';
import { Broker } from '../broker.ts';
import { stored } from '../buffer/buffer-rig.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { CityRig } from './city-rig.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
/** On a build machine the test must run; elsewhere it may be left out where there is no openssl. */
const tlsTest = test.skipIf(!hasOpenssl && process.env.CI !== 'true');

beforeAll(() => {
  if (!hasOpenssl) process.stderr.write('openssl is not installed: TLS is not tested here\n');
});

/** A certificate authority of our own, and keys with certificates that it signed. */
function certificates(folder: string) {
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

tlsTest('over TLS with an authority of our own and a client certificate a batch gets through', async () => {
  const { server, caFile, certFile, keyFile } = certificates(temporaryFolder());
  const broker = await Broker.open({ tls: { ...server, requestCert: true, rejectUnauthorized: true } });
  const city = new CityRig(broker);
  const settings = { url: broker.url, protocol: '3.1.1', keepaliveMs: 30_000 } as const;
  const session = await city.open({ broker: { ...settings, caFile, certFile, keyFile } });
  const [batch] = await city.batches(1);
  if (batch === undefined) throw new Error('nothing was sealed');
  broker.answer = ({ topic }) => {
    if (topic.endsWith('/batch')) city.receipt(stored(batch));
  };
  expect(await session.send(batch)).toMatchObject({ outcome: 'stored' });
  await expect(city.open({ broker: { ...settings, caFile } })).rejects.toMatchObject({ code: 'broker-unreachable' });
});

tlsTest('a broker whose certificate nobody vouches for is not trusted', async () => {
  const { server } = certificates(temporaryFolder());
  const broker = await Broker.open({ tls: server });
  const settings = { url: broker.url, protocol: '3.1.1', keepaliveMs: 30_000 } as const;
  await expect(new CityRig(broker).open({ broker: settings })).rejects.toThrow(/certificate/);
  expect(broker.clients).toEqual([]);
});
