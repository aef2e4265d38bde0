/** A hub that watches, over real MQTT and HTTP: whole gateways that fall silent, and thresholds that they do not have themselves. */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemsOf } from '../../gateway/status/problems.ts';
import { encodeStatus } from '../../shared/feed/birth.ts';
import { level } from '../gateway/buffer/buffer-rig.ts';
import { freePort } from '../gateway/net/free-port.ts';
import { temporaryFolder } from '../gateway/temporary-folder.ts';
import { enrol, gatewayToml, hubToml } from './hub-rig.ts';
import { feedCity, start, until } from './started.ts';

const WATCHES = `
  [[watch]]
  gateways = ["unplugged", "maintained", "stopped"]
  expect-every = "1s"
  [[watch]]
  tenants = ["toyama"]
  [[watch.threshold]]
  alarm = "flood"
  quantity = "level"
  raise = 3
  clear = 2
`;

test('of three gateways that fall quiet the unplugged one is an alarm of its tenant’s, and so is a level that is too high', async () => {
  const folder = temporaryFolder();
  const hubFolder = join(folder, 'hub');
  mkdirSync(hubFolder);
  const [port, httpPort] = [await freePort(), await freePort()];
  const [toyama, takamatsu] = await Promise.all([feedCity(), feedCity()]);
  const destination = (name: string, url: string) => `
    [[destination]]
    name = "${name}"
    type = "city-os"
    url = "${url}"
    tenants = ["${name}"]
    reconnect-within = "200ms"`;
  const doors = `
    [[port]]
    name = "gateways"
    type = "feed"
    listen = "127.0.0.1:${port}"
    http-listen = "127.0.0.1:${httpPort}"`;
  const toml = hubToml(doors + destination('toyama', toyama.url) + destination('takamatsu', takamatsu.url) + WATCHES);
  const quiet = ['unplugged', 'maintained', 'stopped'];
  const logins = new Map(
    quiet.map((id) => [id, `toyama/${id}:${readFileSync(enrol(hubFolder, 'toyama', id), 'utf8')}`]),
  );
  const passwordFile = enrol(hubFolder, 'toyama', 'gateway-01');
  enrol(hubFolder, 'toyama', 'never-there');
  const hub = start(hubFolder, toml);
  const gateway = start(join(folder, 'a'), gatewayToml({ tenant: 'toyama', id: 'gateway-01', port, passwordFile }));
  const at = Date.now();
  const post = (id: string, more: object) =>
    fetch(`http://127.0.0.1:${httpPort}/v1/toyama/${id}/status`, {
      method: 'POST',
      headers: { authorization: `Basic ${btoa(logins.get(id) ?? '')}` },
      body: Buffer.from(encodeStatus({ gateway: id, epoch: '00000000000000aa', state: 'online', at, ...more })),
    });
  await until(async () => expect((await post('unplugged', {})).status).toBe(204));
  await post('maintained', { maintenanceUntil: at + 3_600_000 });
  await post('stopped', { state: 'offline' });
  for (const height of [1, 3.5, 2.5, 1.5]) await gateway.buffer.append([{ ...level(height), observedAt: Date.now() }]);

  const ofHub = () =>
    [...toyama.readings()]
      .filter((each) => each.gateway === 'hub-01')
      .map(({ tenant, device, values }) => `${tenant} ${device} ${values.alarm} ${values.state} ${values.gateway}`)
      .toSorted();
  await until(() =>
    expect(ofHub()).toEqual([
      'region toyama.gateway-01.gauge-01 flood cleared gateway-01',
      'region toyama.gateway-01.gauge-01 flood raised gateway-01',
      'region toyama.unplugged silent raised unplugged',
    ]),
  );
  expect([...toyama.readings()].filter((each) => each.gateway === 'gateway-01')).toHaveLength(4);
  expect([...takamatsu.readings()]).toEqual([]);
  const said = problemsOf(hub.sources).filter(({ code }) => code === 'status.gateway-silent');
  expect(said.map(({ en }) => en)).toEqual([expect.stringMatching(/^toyama\/unplugged has not been heard for/)]);
  expect(said[0]?.ja).toMatch(/^toyama\/unplugged から.*受信がありません/);
  expect(hub.sources.hub.watch?.of({ tenant: 'toyama', gateway: 'stopped' })).toMatchObject({ hasLeft: true });
  await until(async () => {
    await post('unplugged', { at: Date.now() }); // it is back, and goes on
    expect(ofHub()).toContain('region toyama.unplugged silent cleared unplugged');
  });
}, 90_000);
