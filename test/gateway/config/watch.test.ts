/** What `check` says about `[[watch]]` tables. */
import { expect, test } from 'vitest';
import { readConfig } from '../../../gateway/config/config.ts';
import { faultsOf } from './good-config.ts';

const hub = (watch: string, port = 'listen = "127.0.0.1:1885"') => `[gateway]
id = "hub-1"
[[port]]
name = "gateways"
type = "feed"
${port}
[[destination]]
name = "history"
type = "archive"
url = "sqlite:history.sqlite"
tenants = ["*"]
[[watch]]
${watch}`;
const flood = '[[watch.threshold]]\nalarm = "flood"\nquantity = "level"\nraise = 3\nclear = 2\n';
const range = '[[watch.range]]\nquantity = "level"\nmin = 0\nmax = 12\n';

test('tables with expect-every, thresholds and ranges are good', () => {
  expect(faultsOf(hub('gateways = ["box-1"]\nexpect-every = "2h"'))).toEqual([]);
  expect(faultsOf(hub(`tenants = ["toyama"]\ngroups = ["river"]\nkinds = ["water-level"]\n${range}${flood}`))).toEqual(
    [],
  );
});

test.each([
  ['it watches nothing', 'tenants = ["toyama"]', /watches nothing/],
  [
    'it chooses devices for a whole gateway',
    `groups = ["river"]\nexpect-every = "1h"\n${flood}`,
    /groups chooses devices/,
  ],
  ['an alarm is cleared above where it is raised', flood.replace('clear = 2', 'clear = 4'), /"flood"/],
  ['an alarm can never be raised', `${range}${flood.replace('raise = 3', 'raise = 30')}`, /"flood"/],
  ['an alarm has the name of the hub’s own', flood.replace('flood', 'silent'), /silent/],
  ['a range is upside down', range.replace('min = 0', 'min = 20'), /min/],
  ['an alarm has no name', flood.replace('flood', ''), /toml:14: alarm must not be empty/],
  ['an alarm’s name is white space', flood.replace('flood', ' '), /alarm must not be empty/],
  ['a quantity has no name', range.replace('level', ''), /quantity must not be empty/],
  ['a rate is asked for', range.replace('min = 0', 'max-rate = 1'), /max-rate/],
  ['a word is mistyped', 'gateway = ["box-1"]\nexpect-every = "1h"', /gateway/],
])('it is a fault if %s', (_, watch, fault) => {
  expect(faultsOf(hub(watch)).join('\n')).toMatch(fault);
});

test('a quantity that nobody is known to have is a note with its line and the nearest name, and keeps no hub from starting', () => {
  const said = (watch: string) => faultsOf(hub(watch));
  expect(said(flood.replace('"level"', '"levle"'))).toEqual([
    expect.stringMatching(/toml:15: .*quantity "levle".*Did you mean level\?/),
  ]);
  expect(said(range.replace('"level"', '"zinc"'))).toEqual([
    expect.stringMatching(/toml:14: .*quantity "zinc".*leave it if the gateways have it by a profile of their own/),
  ]);
  for (const known of ['entered', 'speed', 'batteryLevel', 'temperature']) {
    expect(said(range.replace('"level"', `"${known}"`))).toEqual([]);
  }
  expect(readConfig(hub(flood.replace('"level"', '"levle"')), 'gateway.toml').ok).toBe(true);
});

test('a quantity of this hub’s own devices is known', () => {
  const own = `[[device]]
id = "own"
type = "line"
port = "usb"
profile = { format = "json", fields = [{ from = "z", quantity = "zinc" }] }
[[port]]
name = "usb"
type = "serial"
path = "/dev/null"`;
  expect(faultsOf(`${hub(range.replace('"level"', '"zinc"'))}\n${own}`)).toEqual([]);
});

test('a gateway that takes no feed, and a worker, cannot watch', () => {
  const gateway = hub(flood)
    .replace('type = "feed"', 'type = "tcp"')
    .replace('listen = "127.0.0.1:1885"', 'address = "127.0.0.1:9"');
  expect(faultsOf(gateway).join('\n')).toMatch(/about the feeds of other gateways/);
  const worker = 'share = "w"\ntrust-broker = true\nurl = "mqtt://127.0.0.1:1883"\nprotocol = "5"';
  expect(faultsOf(hub(flood, worker)).join('\n')).toMatch(/a worker keeps nothing/);
});
