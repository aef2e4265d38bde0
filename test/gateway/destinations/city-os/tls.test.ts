import { spawnSync } from 'node:child_process';
import { beforeAll, expect, test } from 'vitest';
import { stored } from '../../buffer/buffer-rig.ts';
import { Broker } from '../../net/broker.ts';
import { certificates } from '../../net/certificates.ts';
import { temporaryFolder } from '../../temporary-folder.ts';
import { CityRig } from './city-rig.ts';

const hasOpenssl = spawnSync('openssl', ['version']).status === 0;
/** On a build machine the test must run; elsewhere it may be left out where there is no openssl. */
const tlsTest = test.skipIf(!hasOpenssl && process.env.CI !== 'true');

beforeAll(() => {
  if (!hasOpenssl) process.stderr.write('openssl is not installed: TLS is not tested here\n');
});

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
