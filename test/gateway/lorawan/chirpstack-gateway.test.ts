import { expect, onTestFinished, test, vi } from 'vitest';
import { LORAWAN_ACTIONS } from '../../../gateway/control/lorawan-actions.ts';
import { startGateway } from '../../../gateway/run.ts';
import { piecesOf } from '../control/pieces.ts';
import { LogBook } from '../machine/log-book.ts';
import { Broker } from '../net/broker.ts';
import { patience } from '../ports/heard.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { lorawanConfig } from './lorawan-config.ts';

const devEui = '70b3d57ed0001a2b';

async function ask(action: string, parameters: object, sources: Parameters<(typeof LORAWAN_ACTIONS)[string]>[1]) {
  const act = LORAWAN_ACTIONS[action];
  if (act === undefined) throw new RangeError(`there is no ${action}`);
  const lines = (await piecesOf(act(parameters, sources))).map((bytes) => Buffer.from(bytes).toString());
  return lines.length === 0 ? undefined : JSON.parse(lines.join(''));
}

test("a gateway behind a ChirpStack stores a registered device's events, and sends it downlinks", async () => {
  const broker = await Broker.open();
  const config = lorawanConfig(
    temporaryFolder(),
    `
[[port]]
name = "chirpstack"
type = "chirpstack"
url = "${broker.url}"
`,
  );
  const gateway = startGateway({ config, log: new LogBook(), version: '0.0.0' });
  onTestFinished(() => gateway.stop());
  const { sources } = gateway;
  const until = (condition: () => void) => vi.waitFor(condition, patience);
  await until(() => expect(sources.activity.ports.get('chirpstack')?.state).toBe('open'));
  const device = {
    id: 'bridge-01',
    project: 'toyama',
    devEui,
    activation: 'chirpstack',
    version: '1.0.4',
    profile: 'lpp',
  };
  await ask('add-devices', { devices: [device] }, sources);

  const downlink = { device: 'bridge-01', port: 5, payload: '0102', confirmed: false, expiresAt: Date.now() + 60_000 };
  await expect(ask('send-downlink', downlink, sources)).rejects.toMatchObject({ code: 'no-application' });
  const up = { deduplicationId: 'a', time: new Date().toISOString(), fCnt: 1, fPort: 2, data: 'AWcA5g==' };
  broker.publish(`application/app/device/${devEui}/event/up`, Buffer.from(JSON.stringify(up)));
  await until(() =>
    expect(sources.activity.devices.get('bridge-01')?.last).toMatchObject({ values: { temperature1: 23 } }),
  );

  const { id } = await ask('send-downlink', downlink, sources);
  const topic = `application/app/device/${devEui}/command/down`;
  await until(() => expect(broker.on(topic)).toHaveLength(1));
  const [sent] = broker.on(topic);
  expect(JSON.parse(Buffer.from(sent?.payload ?? []).toString())).toEqual({
    id,
    devEui,
    confirmed: false,
    fPort: 5,
    data: 'AQI=',
  });
  await expect(ask('list-downlinks', { device: 'bridge-01' }, sources)).rejects.toMatchObject({ code: 'no-device' });
});
