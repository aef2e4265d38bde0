/** A site as technicians write one, and fifty kinds of mistakes that they make in it: what is replaced, and by what. */

/** `line`: the address of a line with two gauges; `url`: of a city OS. */
export function goodSite(line = '127.0.0.1:4001', url = 'mqtt://127.0.0.1:1883'): string {
  return `# The weir at the east bridge
[gateway]
id = "weir-01"
tenant = "takamatsu"
data-directory = "data"

[buffer]
batch-age = "200ms"
max-size = "50MB"

[clock]
synchronised = "always"

[status]
enabled = false

[[port]]
name = "line"
type = "tcp"
address = "${line}"

[[port]]
name = "siren-line"
type = "serial"
path = "/dev/null"

[[profile]]
name = "level-text"
format = "json"
fields = [{ from = "level", quantity = "level" }]

[[device]]
id = "gauge-01"
type = "line"
port = "line"
profile = "level-text"
place = { lat = 34.3428, lon = 134.0466, name = "東橋" }

[[device.range]]
quantity = "level"
min = -0.5
max = 1000000

[[device.threshold]]
alarm = "氾濫注意水位"
quantity = "level"
raise = 900000
clear = 800000

[[output]]
name = "siren"
type = "modbus-coil"
port = "siren-line"
unit = 1
coil = 0

[[destination]]
name = "city"
type = "city-os"
url = "${url}"
reconnect-within = "200ms"
`;
}

/** What was done, and the text that it was done to. */
export type Kind = readonly [what: string, from: string, to: string];

export const FIFTY_KINDS: readonly Kind[] = [
  ['a text without quotes', 'id = "weir-01"', 'id = weir-01'],
  ['a quote that is not closed', 'tenant = "takamatsu"', 'tenant = "takamatsu'],
  ['typographic quotes', 'name = "line"', 'name = “line”'],
  ['full-width quotes and equals sign', 'unit = 1', 'unit ＝ 1'],
  ['a full-width digit', 'coil = 0', 'coil = ０'],
  ['an ideographic blank', 'coil = 0', 'coil\u3000= 0'],
  ['a comma for the decimal point', 'min = -0.5', 'min = -0,5'],
  ['a colon for the equals sign', 'type = "tcp"', 'type: "tcp"'],
  ['a bracket too few', '[[output]]', '[[output]'],
  ['a list as a table', '[[destination]]', '[destination]'],
  ['a table as a list', '[gateway]', '[[gateway]]'],
  ['a table twice', '[status]', '[clock]\n[status]'],
  ['a setting twice', 'unit = 1', 'unit = 1\nunit = 2'],
  ['an unknown table', '[buffer]', '[bufer]'],
  ['an unknown setting', 'batch-age', 'batch-aeg'],
  ['a setting of another table', 'tenant = "takamatsu"', 'tenant = "takamatsu"\nbatch-age = "1s"'],
  ['a setting of a profile', 'quantity = "level" }]', 'quantaty = "level" }]'],
  ['a capital in a value', 'type = "tcp"', 'type = "TCP"'],
  ['a missing setting', 'address = "127.0.0.1:4001"', ''],
  ['an empty name', 'id = "weir-01"', 'id = ""'],
  ['a blank in a name', 'id = "gauge-01"', 'id = "gauge 01"'],
  ['a Japanese name for an id', 'id = "gauge-01"', 'id = "東橋"'],
  ['a slash in the tenant', 'tenant = "takamatsu"', 'tenant = "takamatsu/east"'],
  ['a length of time without a unit', 'batch-age = "200ms"', 'batch-age = 200'],
  ['a length of time with a wrong unit', 'batch-age = "200ms"', 'batch-age = "200 Sekunden"'],
  ['a size without a unit', 'max-size = "50MB"', 'max-size = "50"'],
  ['a size that is too small', 'max-size = "50MB"', 'max-size = "1kB"'],
  ['a text for a number', 'unit = 1', 'unit = "one"'],
  ['a number out of range', 'unit = 1', 'unit = 300'],
  ['a broken number', 'unit = 1', 'unit = 1.5'],
  ['yes for true', 'enabled = false', 'enabled = "no"'],
  ['a word that is not to choose', 'synchronised = "always"', 'synchronised = "sometimes"'],
  ['an unknown type of port', 'type = "serial"', 'type = "usb"'],
  ['an unknown type of device', 'type = "line"\nport', 'type = "sonar"\nport'],
  ['an unknown type of destination', 'type = "city-os"', 'type = "cityos"'],
  ['an unknown type of output', 'type = "modbus-coil"', 'type = "relay"'],
  ['a port that does not exist', 'port = "line"', 'port = "lime"'],
  ['a profile that does not exist', 'profile = "level-text"\nplace', 'profile = "levels"\nplace'],
  ['an output on a line with devices', 'port = "siren-line"', 'port = "line"'],
  ['two ports of one name', 'name = "siren-line"', 'name = "line"'],
  ['two ports on one line', 'type = "serial"\npath = "/dev/null"', 'type = "tcp"\naddress = "127.0.0.1:4001"'],
  [
    'two devices of one id',
    '[[device.range]]',
    '[[device]]\nid = "gauge-01"\ntype = "line"\nport = "line"\nprofile = "level-text"\n\n[[device.range]]',
  ],
  ['a port out of range in an address', 'address = "127.0.0.1:4001"', 'address = "127.0.0.1:99999"'],
  ['an address without a port', 'address = "127.0.0.1:4001"', 'address = "127.0.0.1"'],
  ['a web address for a broker', 'mqtt://127.0.0.1:1883', 'https://127.0.0.1:1883'],
  ['an address without a scheme', 'mqtt://127.0.0.1:1883', '127.0.0.1:1883'],
  ['a password in the address', 'mqtt://127.0.0.1:1883', 'mqtt://box:secret@127.0.0.1:1883'],
  ['a file that does not exist', 'reconnect-within = "200ms"', 'ca-file = "city-ca.pem"'],
  ['latitude and longitude exchanged', 'lat = 34.3428, lon = 134.0466', 'lat = 134.0466, lon = 34.3428'],
  ['a place with a part missing', 'lat = 34.3428, lon = 134.0466', 'lat = 34.3428'],
  ['an alarm that clears above its level', 'clear = 800000', 'clear = 950000'],
  ['an alarm that can never be raised', 'raise = 900000', 'raise = 2000000'],
  ['a range upside down', 'min = -0.5\nmax = 1000000', 'min = 5\nmax = 1'],
  ['a quantity that the device does not have', 'quantity = "level"\nraise', 'quantity = "depth"\nraise'],
  ['an alarm without a name', 'alarm = "氾濫注意水位"', 'alarm = ""'],
  [
    'a schedule that is none',
    'profile = "level-text"\nplace',
    'profile = "level-text"\nschedule = "every minute"\nplace',
  ],
  ['a control character', 'name = "東橋"', 'name = "東橋\u0007"'],
  ['half a merge', '[status]', '<<<<<<< HEAD\n[status]'],
];
