/**
 * Who may import whom: one table, from the bottom of the house to its top. A room may import what its row names, and only rows
 * above it in this list can be named, so that no arrow runs back up. `instead` is what to do when an import is not allowed.
 */

export interface Room {
  /** A folder, or a file that is a room of its own. */
  readonly place: string;
  readonly may: readonly string[];
  /** What it may import types of, which leave nothing in what runs. */
  readonly mayTypes?: readonly string[];
  readonly instead: string;
}

const BELOW = ['shared', 'gateway/words', 'gateway/machine', 'gateway/net'];

export const ROOMS: readonly Room[] = [
  { place: 'shared', may: [], instead: 'shared/ is the contract and runs in a browser: pass in what it needs' },
  { place: 'devices', may: ['shared'], instead: 'a device type is pure: bytes and moments come in, steps go out' },
  {
    place: 'devices/watch-app',
    may: ['shared', 'devices'],
    instead: 'the app takes the contract and the pure advertisement parsers; what a platform has is passed in',
  },
  {
    place: 'simulators',
    may: ['shared'],
    instead: 'encode from the datasheet with code of its own: a wrong decoder must not hide behind a matching encoder',
  },
  { place: 'gateway/words', may: ['shared'], instead: 'keep a sentence in the words.ts of its room' },
  { place: 'gateway/machine', may: ['shared', 'gateway/words'], instead: 'pass in what the machine needs' },
  {
    place: 'gateway/net',
    may: ['shared', 'gateway/words', 'gateway/machine'],
    instead: 'net/ knows connections, not what they carry: pass it in',
  },
  {
    place: 'gateway/update',
    may: [...BELOW],
    instead: 'update/ knows releases and where a box keeps them: what a gateway says of them is in on-trial.ts',
  },
  {
    place: 'gateway/recording',
    may: ['shared', 'gateway/words', 'gateway/machine'],
    instead: 'recording/ knows formats of files: what a line says is decoded by whoever reads the recording',
  },
  {
    place: 'gateway/postgres',
    may: [...BELOW],
    instead: 'postgres/ is what all who meet the archive in PostgreSQL share: its address, its tables, its faults',
  },
  { place: 'gateway/map', may: ['shared'], instead: 'the map’s memory is pure: pass in what it needs to know' },
  { place: 'gateway/policy', may: ['shared'], instead: 'the policy is pure: pass readings and settings in' },
  {
    place: 'gateway/codecs',
    may: ['shared', 'gateway/words', 'gateway/machine'],
    instead: 'a codec knows nothing of the gateway: hand its input to `runner.ts` and take its outcome',
  },
  {
    place: 'gateway/buffer',
    may: ['shared', 'gateway/words', 'gateway/machine'],
    instead: 'the buffer knows destinations by name only: put what it needs into its options (open-buffer.ts)',
  },
  {
    place: 'gateway/hub',
    may: [...BELOW, 'gateway/buffer'],
    instead: 'hub/ knows other gateways by what they send and the buffer keeps',
  },
  {
    place: 'gateway/enrolment',
    may: ['shared', 'gateway/words', 'gateway/machine'],
    instead: 'enrolment/ knows operators by their list: hand it lists and tags, and take sealed sightings',
  },
  {
    place: 'gateway/ports',
    may: [...BELOW, 'devices', 'gateway/postgres'],
    instead: 'a port hands over what comes to its receiver (ports/port.ts) and knows nobody else',
  },
  {
    place: 'gateway/destinations',
    may: [...BELOW, 'devices', 'gateway/postgres', 'gateway/buffer'],
    instead: 'a destination gets what it needs as DestinationSurroundings (destinations/destination.ts)',
  },
  {
    place: 'gateway/report',
    may: ['shared', 'gateway/destinations'],
    instead: 'the report knows the archive (archive/look-up.ts) and a folder: pass in what else it needs',
  },
  {
    place: 'gateway/outputs',
    may: [...BELOW, 'devices', 'gateway/ports'],
    instead: 'an output is told what to do by the switchboard, and gets its line from open-outputs.ts',
  },
  {
    place: 'gateway/config',
    may: [...BELOW, 'devices', 'gateway/policy', 'gateway/ports', 'gateway/destinations', 'gateway/outputs'],
    instead: 'what a type alone knows is checked by its row in the catalogue of ports or destinations',
  },
  {
    place: 'gateway/setup',
    may: [...BELOW, 'gateway/config'],
    instead: 'setup/ writes files of a new box: what starts afterwards is in the package',
  },
  {
    place: 'gateway/intake',
    may: [...BELOW, 'devices', 'gateway/policy', 'gateway/buffer', 'gateway/ports', 'gateway/config'],
    instead: 'the way in ends at the buffer: what comes after it is wired in run.ts',
  },
  {
    place: 'gateway/watch',
    may: [...BELOW, 'gateway/policy', 'gateway/map', 'gateway/hub', 'gateway/config', 'gateway/intake'],
    instead: 'a hub watches what the feed reader hands over, and tells it by the intake',
  },
  {
    place: 'gateway/routing',
    may: [...BELOW, 'gateway/policy', 'gateway/buffer', 'gateway/destinations', 'gateway/config', 'gateway/intake'],
    instead: 'routing decides from the configuration and the device table who gets what',
  },
  {
    place: 'gateway/open-buffer.ts',
    may: [...BELOW, 'gateway/buffer', 'gateway/config', 'gateway/intake', 'gateway/routing'],
    instead: 'it only puts the buffer’s options together',
  },
  {
    place: 'gateway/open-outputs.ts',
    may: [...BELOW, 'gateway/ports', 'gateway/outputs', 'gateway/config', 'gateway/intake'],
    instead: 'it only gives outputs their lines and the alarms that stand',
  },
  {
    place: 'gateway/lorawan',
    may: [...BELOW, 'devices', 'gateway/codecs', 'gateway/buffer', 'gateway/ports', 'gateway/config', 'gateway/intake'],
    instead: 'the network server takes receptions and gives steps to the intake',
  },
  {
    place: 'gateway/status',
    may: [
      'gateway/outputs',
      ...BELOW,
      'devices',
      'gateway/buffer',
      'gateway/hub',
      'gateway/enrolment',
      'gateway/codecs',
      'gateway/destinations',
      'gateway/config',
      'gateway/intake',
      'gateway/watch',
      'gateway/lorawan',
    ],
    instead: 'status/ reads what the stages count: let the stage count it',
  },
  {
    place: 'gateway/probe',
    may: [...BELOW, 'devices', 'gateway/ports', 'gateway/config'],
    instead: 'the probe opens a line and asks it: what the gateway knows of the line is asked in cli/probe.ts',
  },
  {
    place: 'gateway/commission',
    may: [
      ...BELOW,
      'devices',
      'gateway/buffer',
      'gateway/ports',
      'gateway/destinations',
      'gateway/config',
      'gateway/probe',
    ],
    instead:
      'commissioning knows lines, test readings and records: what runs them is put together in open-commissioning.ts',
  },
  {
    place: 'gateway/doctor',
    may: [...BELOW, 'gateway/config', 'gateway/status'],
    instead: 'the doctor looks at the machine, a configuration and a status: pass in what else it needs',
  },
  {
    place: 'gateway/support',
    may: [...BELOW, 'gateway/config', 'gateway/status'],
    instead: 'the bundle is made of what it is given: look things up in cli/support.ts',
  },
  {
    place: 'gateway/history',
    may: [...BELOW, 'gateway/destinations', 'gateway/config'],
    instead: 'history/ is told readings as they come, and asks the archive: pass in what else it needs',
  },
  {
    place: 'gateway/control',
    may: [
      'gateway/outputs',
      ...BELOW,
      'devices',
      'gateway/map',
      'gateway/buffer',
      'gateway/hub',
      'gateway/codecs',
      'gateway/config',
      'gateway/intake',
      'gateway/routing',
      'gateway/open-buffer.ts',
      'gateway/lorawan',
      'gateway/status',
      'gateway/commission',
    ],
    instead: 'an action asks the stages; what runs them is in run.ts',
  },
  {
    place: 'gateway/console/page',
    may: ['shared'],
    mayTypes: [
      'devices',
      'gateway/config',
      'gateway/lorawan',
      'gateway/status',
      'gateway/commission',
      'gateway/map',
      'gateway/control',
    ],
    instead: 'the page runs in a browser and asks the gateway through the console’s server: import types only',
  },
  {
    place: 'gateway/console',
    may: [...BELOW, 'gateway/config', 'gateway/status', 'gateway/control'],
    instead: 'the console asks through the actions of control/, as the command line does',
  },
  {
    place: 'gateway/surroundings.ts',
    may: [...BELOW, 'gateway/buffer', 'gateway/ports', 'gateway/control'],
    instead: 'it lists what a gateway meets outside itself',
  },
  {
    place: 'gateway/run-port.ts',
    may: [
      ...BELOW,
      'devices',
      'gateway/ports',
      'gateway/config',
      'gateway/intake',
      'gateway/lorawan',
      'gateway/surroundings.ts',
    ],
    instead: 'it wires a port to the stages behind it, up to the intake',
  },
  {
    place: 'gateway/reconfigure.ts',
    may: [
      ...BELOW,
      'gateway/buffer',
      'gateway/destinations',
      'gateway/config',
      'gateway/intake',
      'gateway/run-port.ts',
    ],
    instead: 'it starts and ends ports and destinations: how they are opened is wired in run.ts',
  },
  {
    place: 'gateway/kept.ts',
    may: [...BELOW, 'gateway/outputs', 'gateway/console', 'gateway/history'],
    instead: 'it only names what outlives a new start; who keeps it says what it is',
  },
  {
    place: 'gateway/open-console.ts',
    may: [...BELOW, 'gateway/config', 'gateway/console', 'gateway/history', 'gateway/map', 'gateway/kept.ts'],
    instead: 'it only makes what the console alone needs',
  },
  {
    place: 'gateway/open-commissioning.ts',
    may: [
      ...BELOW,
      'gateway/ports',
      'gateway/buffer',
      'gateway/config',
      'gateway/probe',
      'gateway/commission',
      'gateway/intake',
      'gateway/control',
      'gateway/reconfigure.ts',
    ],
    instead: 'it only gives commissioning the parts of the gateway that it works with',
  },
  {
    place: 'gateway/run.ts',
    may: [
      'gateway/history',
      'gateway/outputs',
      ...BELOW,
      'gateway/policy',
      'gateway/map',
      'gateway/ports',
      'gateway/buffer',
      'gateway/hub',
      'gateway/enrolment',
      'gateway/codecs',
      'gateway/destinations',
      'gateway/config',
      'gateway/intake',
      'gateway/watch',
      'gateway/routing',
      'gateway/open-buffer.ts',
      'gateway/open-outputs.ts',
      'gateway/lorawan',
      'gateway/update',
      'gateway/status',
      'gateway/control',
      'gateway/console',
      'gateway/surroundings.ts',
      'gateway/run-port.ts',
      'gateway/reconfigure.ts',
      'gateway/kept.ts',
      'gateway/open-commissioning.ts',
      'gateway/open-console.ts',
    ],
    instead: 'run.ts wires the stages of the gateway and nothing else',
  },
  {
    place: 'gateway/vital-signs.ts',
    may: [...BELOW, 'gateway/status'],
    instead: 'it looks at what the stages tell of themselves',
  },
  {
    place: 'gateway/on-trial.ts',
    may: [...BELOW, 'gateway/update', 'gateway/status'],
    instead: 'it compares what is reached with what was',
  },
  {
    place: 'gateway/supervise.ts',
    may: [...BELOW, 'gateway/config', 'gateway/control', 'gateway/status', 'gateway/kept.ts', 'gateway/run.ts'],
    instead: 'it starts gateways and follows their configuration file: what a gateway is made of is wired in run.ts',
  },
  {
    place: 'gateway/rig',
    may: [
      ...BELOW,
      'gateway/buffer',
      'gateway/hub',
      'gateway/destinations',
      'devices',
      'gateway/ports',
      'gateway/config',
      'gateway/intake',
      'gateway/status',
      'gateway/control',
      'gateway/surroundings.ts',
      'gateway/run.ts',
      'gateway/supervise.ts',
      'gateway/postgres',
      'simulators',
    ],
    instead: 'the rig puts a gateway between simulated devices and a city OS: what runs in the field does not know it',
  },
  {
    place: 'gateway/cli/demo',
    may: [
      ...BELOW,
      'gateway/hub',
      'gateway/destinations',
      'devices',
      'gateway/config',
      'gateway/intake',
      'gateway/status',
      'gateway/run.ts',
      'gateway/rig',
      'simulators',
      'gateway/cli',
    ],
    instead: 'the demo runs a gateway before simulators',
  },
  {
    place: 'gateway/cli/rig',
    may: [...BELOW, 'gateway/config', 'gateway/recording', 'gateway/rig', 'simulators', 'gateway/cli'],
    instead: 'its verbs say on the command line what the rig is asked: the rig itself is in rig/',
  },
  {
    place: 'gateway/cli/simulate.ts',
    may: [...BELOW, 'simulators', 'gateway/cli'],
    instead: 'it runs a simulator from the command line',
  },
  {
    place: 'gateway/cli/record.ts',
    may: [...BELOW, 'devices', 'gateway/recording', 'gateway/ports', 'gateway/probe', 'simulators', 'gateway/cli'],
    instead: 'it stands between a line and its reader: all that it takes of the simulators is a pseudo-terminal',
  },
  {
    place: 'gateway/cli/replay.ts',
    may: [...BELOW, 'gateway/recording', 'gateway/ports', 'simulators', 'gateway/cli'],
    instead: 'it plays on a line: all that it takes of the simulators is the line',
  },
  {
    place: 'gateway/cli',
    may: [
      'gateway/outputs',
      ...BELOW,
      'devices',
      'gateway/buffer',
      'gateway/hub',
      'gateway/codecs',
      'gateway/ports',
      'gateway/destinations',
      'gateway/report',
      'gateway/config',
      'gateway/intake',
      'gateway/routing',
      'gateway/open-buffer.ts',
      'gateway/lorawan',
      'gateway/status',
      'gateway/control',
      'gateway/console',
      'gateway/surroundings.ts',
      'gateway/doctor',
      'gateway/support',
      'gateway/probe',
      'gateway/commission',
      'gateway/setup',
      'gateway/update',
      'gateway/vital-signs.ts',
      'gateway/on-trial.ts',
      'gateway/supervise.ts',
      'gateway/recording',
      'gateway/cli/demo',
      'gateway/cli/rig',
      'gateway/cli/simulate.ts',
      'gateway/cli/record.ts',
      'gateway/cli/replay.ts',
    ],
    instead:
      'only demo/, simulate.ts, record.ts and replay.ts may load simulators; ask a running gateway through control/client.ts',
  },
  {
    place: 'gateway/main.ts',
    may: ['shared', 'gateway/words', 'gateway/machine', 'gateway/cli', 'gateway/cli/demo', 'gateway/cli/simulate.ts'],
    instead: 'main.ts reads the command line; what a command does is in cli/',
  },
];

/** One dependency, one place. */
export const PACKAGES: Readonly<Record<string, { readonly only: readonly string[]; readonly instead: string }>> = {
  'better-sqlite3': {
    only: [
      'gateway/buffer',
      'gateway/machine/folder-lock.ts',
      'gateway/destinations/archive/sqlite',
      'gateway/destinations/sqlite',
      'gateway/destinations/ngsi/newest-file.ts',
      'gateway/rig/ask.ts',
      'simulators/city-os/store.ts',
    ],
    instead: 'only the buffer knows SQLite',
  },
  pg: {
    only: [
      'gateway/postgres',
      'gateway/destinations/archive/postgres',
      'gateway/destinations/tags/postgres',
      'gateway/ports/archive',
    ],
    instead: 'PostgreSQL is optional: postgres/connect.ts loads its client when it is needed',
  },
  'pg-copy-streams': { only: ['gateway/postgres'], instead: 'as above' },
  serialport: {
    only: ['gateway/ports/serial.ts', 'simulators/wires/serial-wire.ts'],
    instead: 'open serial ports through ports/serial.ts',
  },
  mqtt: {
    only: ['gateway/net/mqtt-connection.ts', 'simulators/sensors/mqtt-sensor.ts'],
    instead: 'use net/mqtt-connection.ts',
  },
  '@nats-io/transport-node': {
    only: ['gateway/net/nats-connection.ts'],
    instead: 'NATS is optional: nats-connection.ts loads its client when it is needed',
  },
  aedes: {
    only: ['gateway/net/broker/broker.ts', 'simulators/city-os/city-os.ts', 'simulators/field-broker/field-broker.ts'],
    instead: 'only the MQTT port, the simulated city OS and the simulated broker of the field embed a broker',
  },
  ws: {
    only: ['gateway/ports/basics-station', 'simulators/lorawan/basics-station.ts'],
    instead: 'use ports/basics-station/',
  },
  'node-cron': { only: ['gateway/machine/schedule.ts'], instead: 'use machine/schedule.ts' },
  pino: { only: ['gateway/machine/log.ts'], instead: 'take a Log (machine/log.ts)' },
  'cbor-x': { only: ['shared/feed/cbor.ts', 'simulators/city-os'], instead: 'use shared/feed/cbor.ts' },
  '@decimalturn/toml-patch': { only: ['gateway/config/toml.ts', 'gateway/cli/demo'], instead: 'use config/toml.ts' },
  'quickjs-emscripten-core': { only: ['gateway/codecs/sandbox'], instead: 'run codecs through codecs/runner.ts' },
  '@jitl/quickjs-wasmfile-release-sync': { only: ['gateway/codecs/sandbox'], instead: 'as above' },
  '@msgpack/msgpack': { only: ['devices/beacon-box/message-pack.ts'], instead: 'use beacon-box/message-pack.ts' },
  re2js: { only: ['devices/profile/pattern.ts'], instead: "strangers' patterns are compiled in profile/pattern.ts" },
  yaml: { only: ['gateway/cli/codec'], instead: 'only the examples of codecs are YAML' },
  commander: { only: ['gateway/cli', 'gateway/main.ts'], instead: 'only the command line reads options' },
  'd3-scale': { only: ['gateway/report/page/plots.ts'], instead: 'plots are drawn in report/page/plots.ts' },
  cheerio: { only: ['gateway/ports/web/read-html.ts'], instead: 'HTML is read through ports/web/read-html.ts' },
  'csv-parse': {
    only: ['gateway/lorawan/device-list.ts', 'gateway/destinations/tags/csv-rows.ts', 'simulators/rig/series.ts'],
    instead: 'use the reader that is there',
  },
  valibot: {
    only: ['shared', 'devices', 'gateway', 'simulators/rig'],
    instead: 'simulators trust their own options; a rig has its from a file',
  },
  preact: {
    only: ['devices/watch-app/page', 'gateway/console/page'],
    instead: 'only pages are drawn: in watch-app/page/ and console/page/',
  },
  'maplibre-gl': {
    only: ['gateway/console/page/map/ground-map.ts'],
    instead: 'maps of the console are opened in map/ground-map.ts',
  },
  uplot: { only: ['gateway/console/page/device/plot.ts'], instead: 'plots of the console are drawn in device/plot.ts' },
  qr: {
    only: ['gateway/console/page/lorawan/read-picture.ts'],
    instead: 'QR codes are read in lorawan/read-picture.ts, which is loaded when somebody scans one',
  },
  vite: {
    only: ['devices/watch-app/vite.config.ts', 'gateway/console/page/vite.config.ts'],
    instead: 'only pages are bundled',
  },
  buffer: { only: [], instead: 'Node has its own' },
};

/** Where modules of Node may be imported; elsewhere the code also runs in a browser. */
export const NODE_ALLOWED = ['gateway', 'simulators', 'devices/lorawan/aes.ts'];
/** But not here. */
export const NODE_FORBIDDEN = ['gateway/console/page'];
export const NODE_INSTEAD = 'this also runs in a browser: pass in what it needs';

export const maxLines = 400;
