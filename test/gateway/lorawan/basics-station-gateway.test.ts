import { expect, onTestFinished, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startGateway } from '../../../gateway/run.ts';
import { LogBook } from '../machine/log-book.ts';
import { freePort } from '../net/free-port.ts';
import { patience } from '../ports/heard.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { lorawanConfig } from './lorawan-config.ts';

test("what a LoRa Basics Station hears reaches the gateway's network server", async () => {
  const listen = `127.0.0.1:${await freePort()}`;
  const config = lorawanConfig(
    temporaryFolder(),
    `
[lorawan]
channels = [922000000]

[[port]]
name = "stations"
type = "basics-station"
trust-local = true
listen = "${listen}"
`,
  );
  const gateway = startGateway({ config, log: new LogBook(), version: '0.0.0' });
  onTestFinished(() => gateway.stop());
  const { activity, network } = gateway.sources;
  const until = (condition: () => void) => vi.waitFor(condition, patience);
  await until(() => expect(activity.ports.get('stations')?.state).toBe('open'));
  const station = new WebSocket(`ws://${listen}/router-b827ebfffe123456`);
  const received: string[] = [];
  station.on('message', (data) => received.push(String(data)));
  await new Promise((resolve) => station.once('open', resolve));
  station.send('{"msgtype":"version","station":"2.0.6","protocol":2}');
  await until(() => expect(received).toHaveLength(1));
  expect(received[0]).toContain('"freq":922000000'); // the extra channel, alone on a radio
  station.send(
    '{"msgtype":"jreq","MHdr":0,"JoinEui":"01-23-45-67-89-AB-CD-EF","DevEui":"70-B3-D5-7E-D0-00-1A-2B","DevNonce":7,"MIC":-1,' +
      '"DR":2,"Freq":923400000,"upinfo":{"rctx":0,"xtime":1,"gpstime":0,"rssi":-80,"snr":5}}',
  );
  await until(() =>
    expect(network.strangers.list).toMatchObject([
      { devEui: '70b3d57ed0001a2b', joinEui: '0123456789abcdef', station: 'b827ebfffe123456' },
    ]),
  );
  expect(activity.ports.get('stations')?.stations?.get('b827ebfffe123456')).toMatchObject({ frames: 1 });
});
