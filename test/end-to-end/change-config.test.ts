/** A technician changes a gateway from the command line while it runs: with kills, slips and outputs. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import type { GatewayProcess } from '../../gateway/rig/gateway-process.ts';
import { machimori } from './machimori.ts';
import { feedCity, gatewayProcess } from './started.ts';

let url: string;
let gateway: GatewayProcess;

beforeEach(async () => {
  ({ url } = await feedCity());
  gateway = gatewayProcess(`
# The box at the bridge
[gateway]
id = "box"
[clock]
synchronised = "always"
[status]
enabled = false

[[port]]
name = "line"
type = "tcp"
address = "127.0.0.1:9"

[[device]]
id = "gauge-01" # downstream
type = "line"
port = "line"
profile = { format = "json", fields = [{ from = "level", quantity = "level" }] }

[[destination]]
name = "city"
type = "city-os"
url = "${url}"
reconnect-within = "200ms"
`);
  await gateway.start();
  await expect.poll(() => gateway.log.text, { timeout: 20_000 }).toContain('Connected to the destination');
});

const run = (...args: string[]) => machimori(gateway.folder, ...args);
const file = () => readFileSync(join(gateway.folder, 'gateway.toml'), 'utf8');

test('settings and devices come and go while the rest runs on, and comments stay', async () => {
  const set = await run('set', 'gateway.toml', 'device.gauge-01.place.name=七条大橋', 'device.gauge-01.group=river');
  expect([set.code, set.err]).toEqual([0, '']);
  expect(set.out).toContain('Taken up: line. Everything else runs on.');
  const added = await run('add', 'gateway.toml', 'port', 'name=quay', 'type=tcp', 'address=127.0.0.1:10');
  expect(added.out).toContain('Taken up: quay');
  const profile = 'profile={ format = "json", fields = [{ from = "level", quantity = "level" }] }';
  const device = await run('add', 'gateway.toml', 'device', 'id=gauge-02', 'type=line', 'port=quay', profile);
  expect([device.err, device.out]).toEqual(['', expect.stringContaining('Taken up: quay')]);
  expect(file()).toMatch(/# The box at the bridge[\s\S]*# downstream[\s\S]*name = "七条大橋"/);
  const status = JSON.parse((await run('status', 'gateway.toml', '--json')).out);
  expect(Object.keys(status.ports)).toEqual(['line', 'quay']);
  expect(status.destinations.city.state).toBe('connected');
  expect((await run('remove', 'gateway.toml', 'port.quay')).err).toContain('gauge-02');
  const removed = await run('remove', 'gateway.toml', 'device.gauge-02');
  expect(removed.out).toContain('Taken up: quay');
  expect((await run('undo', 'gateway.toml')).out).toContain('Taken up: quay');
  expect(file()).toContain('quay');
  expect(gateway.log.text.match(/The gateway runs/g)).toHaveLength(1);
});

test('a slip changes nothing and says its line; what needs the process is said', async () => {
  const before = file();
  const slip = await run('set', 'gateway.toml', 'device.gauge-01.prt=quay');
  expect(slip.code).toBe(1);
  expect(slip.err).toMatch(/gateway\.toml:\d+: .*prt/);
  expect(slip.err).toContain('Nothing was changed.');
  expect((await run('set', 'gateway.toml', 'device.gauge-02.port=line')).err).toContain('gauge-01');
  expect((await run('set', 'gateway.toml', 'nonsense')).code).toBe(2);
  expect(file()).toBe(before);
  const renamed = await run('set', 'gateway.toml', 'gateway.id=box-2');
  expect([renamed.code, renamed.err]).toEqual([1, expect.stringContaining('systemctl restart machimori')]);
  expect((await run('undo', 'gateway.toml')).code).toBe(0);
  expect(file()).toBe(before);
});

test('a change that survives a kill is what the next start runs with', async () => {
  await run('set', 'gateway.toml', 'log.level=debug');
  await expect.poll(() => gateway.log.text.match(/The gateway runs/g)?.length, { timeout: 20_000 }).toBe(2);
  await gateway.end('SIGKILL');
  expect((await run('set', 'gateway.toml', 'buffer.batch-age=3s')).out).toContain('No gateway runs with it now');
  await gateway.start();
  await expect.poll(() => gateway.log.text.match(/The gateway runs/g)?.length, { timeout: 20_000 }).toBe(3);
  expect(file()).toContain('batch-age = "3s"');
  expect((await run('undo', 'gateway.toml', '--list')).out.trim().split('\n')).toHaveLength(3);
});

test('outputs are listed, tested and silenced', async () => {
  const add = ['name=lamp', 'type=mqtt', `url=${url}`, 'topic=lamp'];
  const added = await run('add', 'gateway.toml', 'output', ...add);
  expect([added.err, added.out]).toEqual(['', expect.stringContaining('starts anew')]);
  await expect.poll(() => gateway.log.text.match(/The gateway runs/g)?.length, { timeout: 20_000 }).toBe(2);
  expect((await run('output', 'list', 'gateway.toml')).out).toBe('lamp: off\n');
  expect((await run('output', 'test', 'gateway.toml', 'lamp', '--for', '1m')).code).toBe(0);
  await expect
    .poll(async () => (await run('output', 'list', 'gateway.toml')).out, { timeout: 20_000 })
    .toBe('lamp: ON as a test\n');
  expect((await run('output', 'silence', 'gateway.toml', 'lamp')).code).toBe(0);
  await expect
    .poll(async () => (await run('output', 'list', 'gateway.toml')).out, { timeout: 20_000 })
    .toBe('lamp: off\n');
  const horn = await run('output', 'test', 'gateway.toml', 'lmap');
  expect([horn.code, horn.err]).toEqual([1, expect.stringContaining('lamp')]);
});
