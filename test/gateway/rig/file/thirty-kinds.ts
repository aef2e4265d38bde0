/** A rig as an integrator writes one, and thirty kinds of mistakes made in it: what is replaced, and by what. */

export const GOOD_RIG = `# The quay
[rig]
name = "quay"
duration = "60s"

[[wire]]
name = "bus"
type = "tcp"

[[wire]]
name = "field"
type = "broker"

[[device]]
id = "gauge"
type = "maxbotix"
level = { is = "series", file = "flood.csv", value = "level" }

[[device]]
id = "plow"
type = "nmea"
count = 2

[[device]]
id = "probe"
type = "modbus-level"
wire = "bus"
unit = 1

[[device]]
id = "pump"
type = "modbus-registers"
wire = "bus"
unit = 2
register = [{ quantity = "pressure", address = 100, value = 3.5 }]

[[device]]
id = "air"
type = "mqtt"
wire = "field"
field = [{ quantity = "pm10", value = { is = "wave", around = 20, height = 5, period = "1m" } }]

[gateway]
run = "here"

[[city]]
name = "city"

[[timeline]]
at = "10s"
for = "5s"
fault = "spike"
on = "probe"
with = { every = 3 }

[[timeline]]
when = "gauge.level > 2 and city.stored >= 10"
set = { "pump.pressure" = 9 }

[[timeline]]
at = "20s"
gateway = "restart"

[[expect]]
that = "stored-once"

[[expect]]
that = "value"
device = "pump"
quantity = "pressure"
from = "5s"
to = "20s"

[[expect]]
that = "sql"
url = "sqlite:history.sqlite"
sql = "SELECT 1"
equals = 1
`;

/** The recording that the gauge plays. */
export const GOOD_SERIES = 'time,level\n0,0.8\n60,1.9\n120,2.4\n';

/** What was done, and the text that it was done to; with a third text, the recording is that. */
export type Kind = readonly [what: string, from: string, to: string, series?: string];

const asItIs = '# The quay';

export const THIRTY_KINDS: readonly Kind[] = [
  ['not TOML: a text without quotes', 'name = "quay"', 'name = quay'],
  ['not TOML: a quote that is not closed', 'duration = "60s"', 'duration = "60s'],
  ['not TOML: full-width quotes', 'id = "gauge"', 'id = ”gauge”'],
  ['YAML', 'unit = 1', 'unit: 1'],
  ["a gateway's table", '[[wire]]\nname = "bus"', '[[port]]\nname = "bus"'],
  ['an unknown table', '[[expect]]\nthat = "stored-once"', '[[expects]]\nthat = "stored-once"'],
  ['a list as a table', '[gateway]', '[[gateway]]'],
  ['a table as a list', '[[city]]', '[city]'],
  ['an unknown setting', 'duration = "60s"', 'durration = "60s"'],
  ['a setting of another table', 'duration = "60s"', 'duration = "60s"\nbatch-age = "1s"'],
  ['a duration without a unit', 'duration = "60s"', 'duration = "60"'],
  ['a number for a duration', 'duration = "60s"', 'duration = 60'],
  ['a duration that is too long to be one', 'duration = "60s"', 'duration = "1 month"'],
  ['a number in quotes', 'unit = 1', 'unit = "1"'],
  ['none of a device', 'count = 2', 'count = 0'],
  ['a device without a name', 'id = "gauge"\n', ''],
  ['a device with a blank in its name', 'id = "gauge"', 'id = "the gauge"'],
  ['two devices of one name', 'id = "pump"', 'id = "probe"'],
  ['a device named as a member of a group', 'id = "pump"', 'id = "plow-2"'],
  ['a device without a type', 'type = "nmea"\n', ''],
  ['an unknown type of device', 'type = "maxbotix"', 'type = "maxbotics"'],
  ["a gateway's type of device", 'type = "modbus-level"', 'type = "modbus"'],
  ['an unknown setting of a device', 'count = 2', 'counts = 2'],
  ['an unknown quantity of a device', 'level = {', 'water = {'],
  ['an unknown way of sensing', 'is = "series"', 'is = "serie"'],
  ['a text for what is sensed', 'value = 3.5', 'value = "3.5"'],
  ['something sensed with a setting missing', ', height = 5', ''],
  ['two units alike on a bus', 'unit = 2', 'unit = 1'],
  ['a receiver on a Modbus bus', 'type = "nmea"\ncount = 2', 'type = "nmea"\nwire = "bus"'],
  ['two gauges on one wire', 'type = "maxbotix"\n', 'type = "maxbotix"\ncount = 3\nwire = "line"\n'],
  ['a sensor with messages without a broker', 'wire = "field"\n', ''],
  ['a line on a broker', 'type = "maxbotix"\n', 'type = "maxbotix"\nwire = "field"\n'],
  ['an unknown type of wire', 'type = "tcp"', 'type = "usb"'],
  ['a wire without a type', 'type = "tcp"\n', ''],
  ['a recording that is not there', 'file = "flood.csv"', 'file = "floods.csv"'],
  ['a column that is not there', 'value = "level"', 'value = "level_m"'],
  ['a recording with a bad row', asItIs, asItIs, 'time,level\n0,0.8\n60,high\n'],
  ['a recording with a bad time', asItIs, asItIs, 'time,level\n0,0.8\n1時,1.2\n'],
  ['a recording that goes back', asItIs, asItIs, 'time,level\n0,0.8\n60,1.2\n30,1.3\n'],
  ['an entry without a start', 'at = "20s"\n', ''],
  ['an entry with two starts', 'at = "20s"', 'at = "20s"\nwhen = "gauge.level > 2"'],
  ['an entry after the end', 'at = "20s"', 'at = "2m"'],
  ['an entry with nothing to do', 'set = { "pump.pressure" = 9 }\n', ''],
  ['an entry with two things to do', 'gateway = "restart"', 'gateway = "restart"\nset = { "pump.pressure" = 9 }'],
  ['an entry that lasts until it happens again', 'for = "5s"', 'for = "5s"\nevery = "5s"'],
  ['a fault on nothing', 'on = "probe"\n', ''],
  ['a fault on something unknown', 'on = "probe"', 'on = "prob"'],
  ['an unknown fault', 'fault = "spike"', 'fault = "spikes"'],
  ["another device's fault", 'fault = "spike"', 'fault = "no-fix"'],
  ['an unknown setting of a fault', 'every = 3', 'share = 3'],
  ['a setting of a fault out of bounds', 'every = 3', 'every = 0'],
  ['something set on an unknown device', '"pump.pressure" = 9', '"pumps.pressure" = 9'],
  ['an unknown quantity set', '"pump.pressure" = 9', '"pump.presure" = 9'],
  ['something set without a device', '"pump.pressure" = 9', 'pressure = 9'],
  ['a gateway in this process that is killed', 'gateway = "restart"', 'gateway = "kill"'],
  ['an unknown thing to do to a gateway', 'gateway = "restart"', 'gateway = "reboot"'],
  ['no condition', '"gauge.level > 2 and city.stored >= 10"', '"level over 2"'],
  ['a condition of an unknown quantity', '"gauge.level > 2 and', '"gauge.depth > 2 and'],
  ['a condition of a group', '"gauge.level > 2 and', '"plow.speed > 2 and'],
  ['a condition of something else of a city', 'city.stored >= 10', 'city.sent >= 10'],
  ['an unknown expectation', 'that = "stored-once"', 'that = "stored"'],
  ['an expectation without a city', '[[city]]\nname = "city"\n', ''],
  ['an expectation of an unknown city', 'that = "stored-once"', 'that = "stored-once"\ncity = "town"'],
  ['an expectation of an unknown device', 'device = "pump"', 'device = "pomp"'],
  ['an expectation of an unknown quantity', 'quantity = "pressure"\nfrom', 'quantity = "level"\nfrom'],
  ['an expectation without an answer', 'equals = 1\n', ''],
  ['an expectation with a bad pattern', 'equals = 1', 'matches = "(1"'],
  ['an expectation that ends before it begins', 'to = "20s"', 'to = "2s"'],
  ['a database that nobody knows', 'url = "sqlite:history.sqlite"', 'url = "mysql://localhost/history"'],
  ['wires of TCP on the virtual clock', 'duration = "60s"', 'duration = "60s"\nclock = "virtual"'],
  ['a control port for all to reach', 'duration = "60s"', 'duration = "60s"\ncontrol = "0.0.0.0:9000"'],
  ['a configuration that is not there', 'run = "here"', 'run = "here"\nconfig = "gateway.toml"'],
  ['a command without a command', 'run = "here"', 'run = "command"'],
  ['a time that is none', 'duration = "60s"', 'duration = "60s"\nbegin = "2026-02-30T00:00:00Z"'],
];
