import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { formatFault, readConfig } from '../../../gateway/config/config.ts';
import { certificates } from '../net/certificates.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { faultsOf } from './good-config.ts';

/** A sonar on a serial line and whatever is added below it. */
function sonar(more: string, height = '6'): string {
  return `[gateway]
id = "weir"
[[port]]
name = "line"
type = "serial"
path = "/dev/null"
[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city.example:8883"
[[device]]
id = "sonar"
type = "maxbotix"
port = "line"
mounting-height-m = ${height}
${more}`;
}

function threshold(values: string, quantity = 'level'): string {
  return `[[device.threshold]]\nalarm = "a"\nquantity = "${quantity}"\n${values}\n`;
}

function units(more: string, port = 'type = "serial"\npath = "/dev/null"'): string {
  return `[gateway]
id = "weir"
[[port]]
name = "bus"
${port}
[[destination]]
name = "city"
type = "city-os"
url = "mqtts://city.example:8883"
[[device]]
id = "probe"
type = "modbus"
port = "bus"
profile = "keller-30"
${more}`;
}

test.each([
  [
    'an alarm above the range',
    sonar(`range = [{ quantity = "level", max = 4 }]\n${threshold('raise = 4.5\nclear = 4.0')}`),
    /:20: the alarm "a" can never be raised: a good level lies between -4\.68 and 4, and raise is 4\.5/,
  ],
  [
    'an alarm of low values below the range',
    sonar(`range = [{ quantity = "level", min = 1 }]\n${threshold('when = "below"\nraise = 0.5\nclear = 0.8')}`),
    /can never be raised: a good level lies between 1 and 6/,
  ],
  [
    'an alarm that would stand for ever',
    sonar(`range = [{ quantity = "level", min = 1 }]\n${threshold('raise = 2\nclear = 0.5')}`),
    /can never be cleared: a good level lies between 1 and 6, and clear is 0\.5/,
  ],
  ['an alarm above the sensor itself', sonar(threshold('raise = 6.5\nclear = 6.2')), /can never be raised/],
  [
    'low water without a word',
    sonar(threshold('raise = 2.7\nclear = 2.8')),
    /:20: the alarm "a" is raised at 2\.7 and cleared at 2\.8, which is right for low values only\. If low values raise it, add when = "below"/,
  ],
  [
    'high water cleared above',
    sonar(threshold('when = "above"\nraise = 2.7\nclear = 2.8')),
    /clear \(2\.8\) is above raise \(2\.7\)/,
  ],
  [
    'low water cleared below',
    sonar(threshold('when = "below"\nraise = 2.7\nclear = 2.6')),
    /clear \(2\.6\) is below raise \(2\.7\)/,
  ],
  [
    'a misspelt quantity of an alarm',
    sonar(threshold('raise = 2\nclear = 1', 'levl')),
    /device "sonar" has no quantity "levl"\. Did you mean level\?/,
  ],
  [
    'a misspelt quantity of a range',
    sonar('range = [{ quantity = "distence", max = 4 }]'),
    /has no quantity "distence"\. Did you mean distance\?/,
  ],
  ['a battery that the type does not measure', sonar('battery-below = "3.3V"'), /has no quantity "battery"/],
  [
    'a schedule of a type that sends by itself',
    sonar('schedule = "0 * * * *"'),
    /:16: a device of type maxbotix sends by itself/,
  ],
  ['unit 0 on a bus', units('unit = 0'), /:16: unit 0 means all units of the bus/],
  ['a reserved unit on a bus', units('unit = 248'), /:16: unit 248 cannot be on a serial bus/],
  [
    'a reserved unit behind a serial server',
    units('unit = 255\nframing = "rtu"', 'type = "tcp"\naddress = "10.0.0.5:4001"'),
    /unit 255 cannot be on a serial bus/,
  ],
  ['a unit that is never asked', units('unit = 1\ninterval = "0s"'), /:11: device "probe" is never asked/],
])('%s cannot work and is a fault', (_, text, expected) => {
  expect(readConfig(text, 'g.toml').ok).toBe(false);
  expect(faultsOf(text)).toEqual([expect.stringMatching(expected)]);
});

test.each([
  [
    'an alarm at the edge of the range',
    sonar(`range = [{ quantity = "level", max = 4 }]\n${threshold('raise = 4\nclear = 3.9')}`),
  ],
  ['low water', sonar(threshold('when = "below"\nraise = 2.7\nclear = 2.8'))],
  ['unit 255 of a Modbus TCP device', units('unit = 255', 'type = "tcp"\naddress = "10.0.0.5:502"')],
  ['a unit that only a schedule asks', units('unit = 1\ninterval = "0s"\nschedule = "*/5 * * * *"')],
])('%s is good', (_, text) => {
  expect(faultsOf(text)).toEqual([]);
});

test.each([
  [
    'a height in centimetres',
    sonar('', '650'),
    /:15: note: a sensor 650 m above the datum measures levels of 639\.32 to 650 m only\. .*write 6\.5 if/,
  ],
  ['a height in millimetres', sonar('', '6500'), /note: .*write 6\.5 if/],
  [
    'one unit twice',
    units('unit = 3\n[[device]]\nid = "twin"\ntype = "modbus"\nport = "bus"\nprofile = "keller-30"\nunit = 3'),
    /:17: note: devices "probe" and "twin" are the same unit, 3/,
  ],
  ['an id with a dot', sonar('').replace('"weir"', '"weir.north"'), /:2: note: "weir\.north" has a dot/],
])('%s is noted', (_, text, expected) => {
  expect(readConfig(text, 'g.toml').ok).toBe(true);
  expect(faultsOf(text)).toEqual([expect.stringMatching(expected)]);
});

test.each([
  ['a port of Windows', sonar('').replace('/dev/null', 'COM3'), /:6: COM3 is a serial port of Windows/],
  ['a folder for a port', sonar('').replace('/dev/null', '/tmp'), /:6: \/tmp is not a serial port/],
  [
    'a data directory in a file',
    sonar('').replace('"weir"', '"weir"\ndata-directory = "/dev/null/data"'),
    /:3: \/dev\/null is a file, not a folder/,
  ],
  [
    'a data directory at home',
    sonar('').replace('"weir"', '"weir"\ndata-directory = "~/data"'),
    /:3: ~ is not the home folder here: .*\/~\/data/,
  ],
  [
    'an empty data directory',
    sonar('').replace('"weir"', '"weir"\ndata-directory = " "'),
    /:3: data-directory must not be empty/,
  ],
  [
    'a data directory of the kernel',
    sonar('').replace('"weir"', '"weir"\ndata-directory = "/proc/machimori"'),
    /:3: \/proc\/machimori is on a file system of the kernel/,
  ],
])('%s is a fault', (_, text, expected) => {
  expect(faultsOf(text)).toEqual([expect.stringMatching(expected)]);
});

test('what a file must hold is looked at', () => {
  const folder = temporaryFolder();
  const text = join(folder, 'notes.txt');
  writeFileSync(text, 'not a certificate\n', { mode: 0o600 });
  const withFiles = (settings: string) => sonar('').replace('[[device]]', `${settings}\n[[device]]`);
  expect(faultsOf(withFiles(`ca-file = "${text}"`))).toEqual([
    expect.stringMatching(/notes\.txt holds no certificate in PEM/),
  ]);
  expect(faultsOf(withFiles(`ca-file = "${folder}"`))).toEqual([
    expect.stringMatching(/ is a folder\. Name the file in it/),
  ]);
  expect(faultsOf(withFiles(`cert-file = "${text}"\nkey-file = "${text}"`))).toEqual([
    expect.stringMatching(/holds no certificate in PEM/),
    expect.stringMatching(/holds no private key in PEM/),
  ]);
});

test('an authority beside an address without TLS is noted', () => {
  const { caFile: ca } = certificates(temporaryFolder());
  const text = sonar('').replace('"mqtts://city.example:8883"', `"mqtt://city.example:1883"\nca-file = "${ca}"`);
  expect(faultsOf(text)).toEqual([
    expect.stringMatching(/:11: note: ca-file does nothing with mqtt:\/\/city\.example:1883/),
  ]);
  expect(faultsOf(text.replace('mqtt://', 'mqtts://'))).toEqual([]);
});

test('a line that is not plugged in is noted where the configuration will run, and only there', () => {
  const result = readConfig(sonar('').replace('/dev/null', '/dev/ttyNONE7'), 'g.toml');
  if (!result.ok) throw new Error('it can be run');
  expect(result.notes).toEqual([]);
  expect(result.lacking().map((note) => formatFault(note).en)).toEqual([
    'g.toml:6: note: /dev/ttyNONE7 does not exist now. Plug the device in and look: ls -l /dev/serial/by-id/',
  ]);
});
