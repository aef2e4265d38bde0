/** What `check` says about `[[watch]]` tables. */
import { expect, test } from 'vitest';
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
  ['a rate is asked for', range.replace('min = 0', 'max-rate = 1'), /max-rate/],
  ['a word is mistyped', 'gateway = ["box-1"]\nexpect-every = "1h"', /gateway/],
])('it is a fault if %s', (_, watch, fault) => {
  expect(faultsOf(hub(watch)).join('\n')).toMatch(fault);
});

test('a gateway that takes no feed, and a worker, cannot watch', () => {
  const gateway = hub(flood)
    .replace('type = "feed"', 'type = "tcp"')
    .replace('listen = "127.0.0.1:1885"', 'address = "127.0.0.1:9"');
  expect(faultsOf(gateway).join('\n')).toMatch(/about the feeds of other gateways/);
  const worker = 'share = "w"\ntrust-broker = true\nurl = "mqtt://127.0.0.1:1883"\nprotocol = "5"';
  expect(faultsOf(hub(flood, worker)).join('\n')).toMatch(/a worker keeps nothing/);
});
