/** What `check` says about workers. */
import { expect, test } from 'vitest';
import { faultsOf } from './good-config.ts';

const worker = (
  port: string,
  destination = 'type = "archive"\nurl = "postgres://m@127.0.0.1/city"',
  more = '',
) => `[gateway]
id = "worker-1"
[[port]]
name = "gateways"
type = "feed"
${port}
[[destination]]
name = "history"
tenants = ["*"]
${destination}
${more}
`;
const nats = `share = "workers"
trust-broker = true
url = "nats://127.0.0.1:4222,nats://127.0.0.1:4223"
births-url = "mqtt://127.0.0.1:1883"`;
const shared = 'share = "workers"\ntrust-broker = true\nurl = "mqtt://127.0.0.1:1883"\nprotocol = "5"';

test.each([
  ['NATS', nats],
  ['a shared subscription', shared],
])('workers at %s with an archive in PostgreSQL have nothing to say', (_, port) => {
  expect(faultsOf(worker(port))).toEqual([]);
});

test.each([
  ['it does not say that it trusts the broker', nats.replace('trust-broker = true', ''), /whoever the broker lets/],
  ['there is no broker', 'share = "workers"\ntrust-broker = true', /url names none/],
  ['it has a door of its own', `${shared}\nhttp-listen = "127.0.0.1:8080"`, /no door of its own/],
  ['it knows devices only later', nats.replace(/births-url.*/, ''), /NATS keeps their descriptions for MQTT/],
  ['births are asked of NATS itself', nats.replace('mqtt://', 'nats://'), /births are read by MQTT/],
  ['births are asked for twice', `${shared}\nbirths-url = "mqtt://127.0.0.1:1883"`, /reads the descriptions of/],
  ['the addresses are of two kinds', nats.replace(',nats:', ',tls:'), /not the address of NATS servers/],
  ['it is a hub at NATS', 'url = "nats://127.0.0.1:4222"', /nats:\/\/ is for workers/],
  ['it is a hub that trusts', 'url = "mqtt://127.0.0.1:1883"\ntrust-broker = true', /trust-broker is for workers/],
])('if %s, it is told', (_, port, expected) => {
  expect(faultsOf(worker(port)).join('\n')).toMatch(expected);
});

test.each([
  ['city-os', 'type = "city-os"\nurl = "mqtt://127.0.0.1:1884"', /not for workers/],
  ['archive in SQLite', 'type = "archive"\nurl = "sqlite:history.sqlite"', /not for workers/],
])('a destination of type %s is refused, with what to do instead', (_, destination, expected) => {
  const [said = ''] = faultsOf(worker(nats, destination));
  expect(said).toMatch(expected);
  expect(said).toMatch(/hub with a port feed/);
});

test('a worker without a destination, or with a port besides, is refused', () => {
  expect(faultsOf(worker(nats).replace(/\[\[destination\]\][\s\S]*/, '')).join('\n')).toMatch(/nowhere to store it/);
  const serial = '[[port]]\nname = "river"\ntype = "serial"\npath = "/dev/null"';
  expect(faultsOf(worker(nats, undefined, serial)).join('\n')).toMatch(/river is beside a worker/);
});
