import { expect, test } from 'vitest';
import { readConfig } from '../../../gateway/config/config.ts';
import { faultsOf, good } from './good-config.ts';

test.each([
  [
    'TOML that is none',
    'id = "gateway-01"',
    'id = gateway-01',
    'gateway.toml:2: text needs quotes. Write: id = "gateway-01"',
  ],
  [
    'an unknown setting',
    'id = "gateway-01"',
    'id = "g"\ntennant = "x"',
    'gateway.toml:3: there is no setting tennant. Did you mean tenant?',
  ],
  [
    'an unknown setting of a port',
    'path = "/dev/null"',
    'path = "/dev/null"\nbuad = 4800',
    'gateway.toml:8: there is no setting buad. Did you mean baud?',
  ],
  [
    'an unknown setting of a device',
    'profile = "level-text"',
    'profile = "level-text"\nprofil = 1',
    'gateway.toml:18: there is no setting profil. Did you mean profile?',
  ],
  [
    'a setting for recordings, true',
    'type = "line"\nport = "river"\nprofile = "level-text"',
    'type = "ble-hci"\nport = "river"\nall = true',
    'gateway.toml:17: the setting all does not exist in a configuration: it is for decoding recordings only. Remove it; to look into a recording: machimori decode ble-hci <file> --option all=…',
  ],
  [
    'a setting for recordings, false',
    'type = "line"\nport = "river"\nprofile = "level-text"',
    'type = "ble-hci"\nport = "river"\nall = false',
    'gateway.toml:17: the setting all does not exist in a configuration: it is for decoding recordings only. Remove it; to look into a recording: machimori decode ble-hci <file> --option all=…',
  ],
  [
    'a setting for recordings in a profile',
    'type = "line"\nport = "river"\nprofile = "level-text"',
    'type = "ble-hci"\nport = "river"\nprofile = { all = true }',
    /^gateway\.toml:17: there is no setting profile\./,
  ],
  [
    'an unknown table',
    '[gateway]',
    '[buffr]\n[gateway]',
    'gateway.toml:1: there is no table buffr. Did you mean buffer?',
  ],
  [
    'a table that should be a list',
    '[[destination]]',
    '[destination]',
    'gateway.toml:26: destination must be a list of tables. Write [[destination]] with two brackets',
  ],
  [
    'a missing setting',
    'path = "/dev/null"',
    '',
    /^gateway\.toml:4: the setting path is missing\. Add path = … \(Device file/,
  ],
  [
    'text for a number',
    'path = "/dev/null"',
    'path = "/dev/null"\nbaud = "fast"',
    /^gateway\.toml:8: baud must be a whole number from 300 to 4000000, not "fast"\. Correct it: Bits a second/,
  ],
  [
    'a number out of its range',
    'path = "/dev/null"',
    'path = "/dev/null"\nbaud = 110',
    /^gateway\.toml:8: baud must be at least 300, not 110\./,
  ],
  [
    'a length of time without a unit',
    '[gateway]',
    '[buffer]\nbatch-age = 5\n[gateway]',
    /^gateway\.toml:2: batch-age must be a length of time such as "10s".*, not 5\./,
  ],
  [
    'a size without a unit',
    '[gateway]',
    '[buffer]\nmax-size = "400"\n[gateway]',
    /^gateway\.toml:2: max-size must be a size such as "400MB"/,
  ],
  [
    'an alarm with the name of the gateway’s own',
    'port = "river"',
    'port = "river"\nthreshold = [{ alarm = "silent", quantity = "level", raise = 3, clear = 2 }]',
    /^gateway\.toml:17: the gateway itself raises the alarm "silent"\. Give each alarm/,
  ],
  [
    'an unknown type of device',
    'type = "line"\nport = "river"',
    'type = "lime"\nport = "river"',
    'gateway.toml:15: there is no device type "lime". Did you mean line?',
  ],
  [
    'an unknown type of port',
    'type = "serial"',
    'type = "serail"',
    'gateway.toml:6: there is no port type "serail". Did you mean serial?',
  ],
  [
    'an unknown profile',
    '"level-text"',
    '"level-txt"',
    /^gateway\.toml:17: there is no profile "level-txt" for line\. A \[\[profile\]\] table defines a new one\. Did you mean level-text\?/,
  ],
  [
    'an unknown port',
    'port = "river"',
    'port = "rivet"',
    'gateway.toml:16: device "gauge-01" is on port "rivet", which does not exist. Did you mean river?',
  ],
  [
    'a second device of the same name',
    'id = "gauge-02"',
    'id = "gauge-01"',
    'gateway.toml:20: another device is already called "gauge-01". Give each a name of its own',
  ],
  [
    'a second port of the same name',
    'name = "local"',
    'name = "river"',
    'gateway.toml:10: another port is already called "river". Give each a name of its own',
  ],
  [
    'two destinations at one broker',
    'url = "mqtts://city.example:8883"',
    'url = "mqtts://city.example:8883"\n[[destination]]\nname = "b"\ntype = "city-os"\nurl = "mqtts://city.example:8883"',
    /^gateway\.toml:33: another destination already sends to mqtts:\/\/city\.example:8883 under the same tenant, and so under the same topics\./,
  ],
  [
    'two archives in one database',
    'type = "city-os"\nurl = "mqtts://city.example:8883"',
    'type = "archive"\nurl = "sqlite:history.sqlite"\n[[destination]]\nname = "b"\ntype = "archive"\nurl = "sqlite:history.sqlite"',
    /: another destination already stores in sqlite:history\.sqlite under the same tenant, and so in the same tables\./,
  ],
  [
    'a device on an MQTT port without a topic',
    'topic = "sensors/gauge-02"\n',
    '',
    /^gateway\.toml:19: device "gauge-02" is on an MQTT port but has no topic\. Add topic/,
  ],
  [
    'a topic with wildcards',
    '"sensors/gauge-02"',
    '"sensors/#"',
    /^gateway\.toml:23: a topic may not hold the wildcard #/,
  ],
  [
    'a topic on a serial port',
    'port = "river"',
    'port = "river"\ntopic = "x"',
    'gateway.toml:17: only a device on an MQTT port has a topic. Remove it',
  ],
  [
    'a type that takes no messages on an MQTT port',
    'type = "line"\nport = "local"',
    'type = "nmea"\nport = "local"',
    /there is no setting profile|cannot be on an MQTT port/,
  ],
  [
    'a cron expression that is none',
    'port = "river"',
    'port = "river"\nschedule = "hourly"',
    /^gateway\.toml:17: "hourly" is not a cron expression\. Write minute hour/,
  ],
  [
    'an address that is none',
    '"mqtts://city.example:8883"',
    '"city.example"',
    'gateway.toml:29: "city.example" is not the address of a broker. Write mqtt://host:1883 or mqtts://host:8883',
  ],
  [
    'an address with a password in it',
    'mqtts://city',
    'mqtts://me:himitsu@city',
    /^gateway\.toml:29: the address holds credentials\. Use username and password-file/,
  ],
  [
    'half a client certificate',
    'type = "city-os"',
    'type = "city-os"\ncert-file = "/dev/null"',
    /^gateway\.toml:26: a client certificate needs both cert-file and key-file/,
  ],
  [
    'a secret file that is not there',
    'type = "city-os"',
    'type = "city-os"\npassword-file = "secret"',
    /^gateway\.toml:29: the file .*\/secret does not exist\. Check the path/,
  ],
  [
    'a broker that others reach without credentials',
    'type = "mqtt"',
    'type = "mqtt"\nlisten = "0.0.0.0:1883"',
    'gateway.toml:12: a broker that others can reach needs credentials. Add a [[port.user]] for each device (or username and password-file for all), or listen on 127.0.0.1',
  ],
  [
    'a status that others reach',
    '[gateway]',
    '[status]\nlisten = "0.0.0.0:9464"\n[gateway]',
    /^gateway\.toml:2: the status server has no password and may only listen on loopback/,
  ],
  [
    'a range upside down',
    'profile = "level-text"',
    'profile = "level-text"\nrange = [{ quantity = "level", min = 2, max = 1 }]',
    /^gateway\.toml:18: min is above max\. Swap them/,
  ],
  [
    'a filter for a device that does not exist',
    'type = "city-os"',
    'type = "city-os"\ndevices = ["gauge-1"]',
    'gateway.toml:29: there is no device "gauge-1". Did you mean gauge-01?',
  ],
  [
    'a filter for a group that nobody is in',
    'type = "city-os"',
    'type = "city-os"\ngroups = ["quay"]',
    /^gateway\.toml:29: no device is in the group "quay"\. Remove it$/,
  ],
])('%s is found, with its line and its mend', (_, from, to, expected) => {
  const text = good.replace(from, to);
  expect(text).not.toBe(good);
  expect(readConfig(text, 'gateway.toml').ok).toBe(false);
  const matches = typeof expected === 'string' ? expected : expect.stringMatching(expected);
  expect(faultsOf(text)).toContainEqual(matches);
});
