/** The city on a hub's map, over real MQTT: gateways of two tenants, an alarm of the hub's own, and one that is revoked. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askGateway, readJson } from '../../gateway/control/client.ts';
import { level } from '../gateway/buffer/buffer-rig.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { enrol, gatewayToml, hubToml } from './hub-rig.ts';
import { feedCity, start, until } from './started.ts';

/** As much of an answer as is looked at. */
interface Page {
  readonly features: readonly { readonly id: string }[];
}

test('a hub with a console tells what passes it as GeoJSON, of every tenant, until a gateway is revoked', async () => {
  const folder = temporaryFolder();
  const hubFolder = join(folder, 'hub');
  mkdirSync(hubFolder);
  const port = await freePort();
  const city = await feedCity();
  const toml = hubToml(`
    [console]
    enabled = true
    listen = "127.0.0.1:${await freePort()}"
    [[port]]
    name = "gateways"
    type = "feed"
    listen = "127.0.0.1:${port}"
    [[destination]]
    name = "city"
    type = "city-os"
    url = "${city.url}"
    tenants = ["*"]
    [[watch]]
    [[watch.threshold]]
    alarm = "flood"
    quantity = "level"
    raise = 3
    clear = 2`);
  const gateways = ['toyama', 'takamatsu'].map((tenant) => {
    const passwordFile = enrol(hubFolder, tenant, 'gateway-01');
    return { tenant, toml: gatewayToml({ tenant, id: 'gateway-01', port, passwordFile }) };
  });
  const hub = start(hubFolder, toml);
  const place = 'place = { lat = 36.7, lon = 137.2, name = "bridge" }';
  const [toyama] = gateways.map(({ tenant, toml: own }) =>
    start(join(folder, tenant), own.replace('profile = {', `${place}\n    profile = {`)),
  );
  const ask = (action: string, parameters: object) =>
    askGateway(hub.config, hub.log, (asking) => readJson<Page>(asking(action, parameters)));
  const idsIn = ({ features }: Page) => features.map(({ id }) => id).toSorted();
  const both = ['takamatsu/gateway-01/gauge-01', 'toyama/gateway-01/gauge-01'];
  await until(async () => expect(idsIn(await ask('city', {}))).toEqual(both)); // by their births
  await toyama?.buffer.append([{ ...level(3.5), observedAt: Date.now() }]);
  await until(async () => {
    const { features } = await ask('city', {});
    const ofToyama = features.find(({ id }) => id === both[1]);
    expect(ofToyama).toMatchObject({
      geometry: { coordinates: [137.2, 36.7] },
      properties: { name: 'bridge', alarms: ['flood'], readings: [{ values: { level: 3.5 } }] },
    });
  });
  expect(await ask('tracks', {})).toEqual({ type: 'FeatureCollection', features: [] });
  hub.sources.hub.enrolled.revoke({ tenant: 'toyama', gateway: 'gateway-01' }, Date.now());
  await until(async () => expect(idsIn(await ask('city', {}))).toEqual([both[0]]));
}, 60_000);
