import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { parseDuration } from '../../shared/duration.ts';
import { openCityOs } from '../../simulators/city-os/city-os.ts';
import { type CityGateway, deviceTable, openCity } from '../../simulators/lorawan/city.ts';
import { Random } from '../../simulators/random.ts';
import { simulateLineSensor, weatherLine } from '../../simulators/sensors/line-sensor.ts';
import { type FleetLine, linesOf } from '../../simulators/town/fleet-lines.ts';
import { privateLoraLines } from '../../simulators/town/private-lora-lines.ts';
import { weather } from '../../simulators/town/scenarios.ts';
import { type Faults, faultyWire, TEXT_LINE, unplugOnSchedule } from '../../simulators/wires/faults.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { splitAddress } from '../net/address.ts';
import { type Command, numberOf, onlyArgument, print, printError, stopSignal, UsageError } from './command.ts';

/** Which line of the simulated city, or of the modems beside it, stands for a device type. */
const LINES: Readonly<Record<string, string>> = {
  nmea: 'plow-1',
  maxbotix: 'gauge-bridge',
  modbus: 'bus-quay',
  'people-counter': 'counter-gate',
  'ble-hci': 'detector-school',
  rylr: 'modem-river',
  rak3172: 'modem-rak3172',
  'lora-e5': 'modem-lora-e5',
  e220: 'modem-e220',
  line: 'weather',
};

export const simulate: Command = {
  name: 'simulate',
  arguments: '<device-type> [--link path | --tcp port] [--seconds N] [--seed N] [faults]',
  summary: 'runs one simulated device on a pseudo-terminal (or TCP port) and prints its path',
  help: [
    `Device types: ${Object.keys(LINES).join(', ')}`,
    'Also: city-os, which takes the feed of a gateway in and answers (--tcp PORT, --file SQLITE); prints its address',
    'Also: lorawan, a city of LoRaWAN devices behind LoRa gateways, half of each protocol where both are given: --udp HOST:PORT,',
    '        --station ws://HOST:PORT, --gateways N (default 10), --devices N (default 1000), --per-second N (uplinks; default 20),',
    '        --csv FILE (its devices, for `machimori device add --import`), --profile NAME (in that file; default lpp)',
    '--link PATH          a stable symbolic link to the pseudo-terminal, like /dev/serial/by-id/…',
    '--tcp PORT           a serial server on 127.0.0.1 instead; 0 takes any free port',
    '--seconds N          ends after so many seconds; prints what was sent (default: until Ctrl-C)',
    '--seed N             the same seed gives the same run (default 1)',
    '--time-scale N       seconds of flood and crowd for each second (default 60)',
    '--window TIME        detectors: window of a sighting, as the gateway has it (default 10s)',
    'Faults: --noise P, --truncate P, --corrupt P (probability a frame); --silence FROM:TO, --unplug AT:FOR, --clock-jump',
    '        AT:MS, --power-cycle AT (seconds; each may be repeated)',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        link: { type: 'string' },
        tcp: { type: 'string' },
        seconds: { type: 'string' },
        seed: { type: 'string', default: '1' },
        'time-scale': { type: 'string', default: '60' },
        window: { type: 'string', default: '10s' },
        file: { type: 'string', default: ':memory:' },
        udp: { type: 'string' },
        station: { type: 'string' },
        gateways: { type: 'string', default: '10' },
        devices: { type: 'string', default: '1000' },
        'per-second': { type: 'string', default: '20' },
        csv: { type: 'string' },
        profile: { type: 'string', default: 'lpp' },
        noise: { type: 'string' },
        truncate: { type: 'string' },
        corrupt: { type: 'string' },
        silence: { type: 'string', multiple: true },
        unplug: { type: 'string', multiple: true },
        'clock-jump': { type: 'string' },
        'power-cycle': { type: 'string', multiple: true },
      },
    });
    const type = onlyArgument(positionals, 'The device type');
    const stopAfter = values.seconds === undefined ? undefined : numberOf('--seconds', values.seconds);
    if (type === 'lorawan') return simulateLorawan(values, stopSignal(stopAfter));
    if (type === 'city-os') return simulateCityOs(values, stopSignal(stopAfter));
    const windowMs = parseDuration(values.window);
    if (windowMs === undefined) throw new UsageError('--window must be a length of time such as "10s"');
    const faults = readFaults(values);
    const clock = new SystemClock('always');
    const random = new Random(numberOf('--seed', values.seed));
    const world = { seed: numberOf('--seed', values.seed), timeScale: numberOf('--time-scale', values['time-scale']) };
    const line = lineFor(type, { world, clock, random, windowMs, faults });
    const signal = stopSignal(stopAfter);
    const wire =
      values.tcp === undefined
        ? await openPty(values.link === undefined ? {} : { link: values.link })
        : await openTcp({ port: numberOf('--tcp', values.tcp) });
    print(wire.path);
    const spoiling = faultyWire(wire, { faults, shape: line.shape, clock, random: random.fork() });
    await Promise.all([line.simulator.run(spoiling, signal), unplugOnSchedule(wire, faults, clock, signal)]);
    await wire.close();
    for (const { id, sent } of line.devices) printError(`${id}: sent ${JSON.stringify(Object.fromEntries(sent))}`);
    return 0;
  },
};

/** A city OS that any gateway on this machine can send to, for trying one out. */
async function simulateCityOs(
  values: { tcp?: string | undefined; file: string },
  signal: AbortSignal,
): Promise<number> {
  const cityOs = await openCityOs({
    file: values.file,
    port: values.tcp === undefined ? 0 : numberOf('--tcp', values.tcp),
  });
  print(cityOs.url);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  printError(`city-os: stored ${JSON.stringify(cityOs.store.countByKind())}`);
  await cityOs.close();
  return 0;
}

interface LorawanWords {
  readonly udp?: string | undefined;
  readonly station?: string | undefined;
  readonly gateways: string;
  readonly devices: string;
  readonly 'per-second': string;
  readonly csv?: string | undefined;
  readonly profile: string;
  readonly seed: string;
}

/** A city of LoRaWAN devices, which join and send until it is stopped. A network that knows none of them leaves them asking. */
async function simulateLorawan(words: LorawanWords, signal: AbortSignal): Promise<number> {
  const ways: CityGateway[] = [];
  if (words.udp !== undefined) ways.push({ protocol: 'udp', ...splitAddress(words.udp) });
  if (words.station !== undefined) ways.push({ protocol: 'station', url: words.station });
  const [first] = ways;
  if (first === undefined) throw new UsageError('Say where the network server is: --udp HOST:PORT or --station URL');
  const city = await openCity({
    seed: numberOf('--seed', words.seed),
    clock: new SystemClock('always'),
    gateways: Array.from(
      { length: numberOf('--gateways', words.gateways) },
      (_, at) => ways[at % ways.length] ?? first,
    ),
    devices: numberOf('--devices', words.devices),
    perSecond: numberOf('--per-second', words['per-second']),
    uplinksPerDevice: Number.POSITIVE_INFINITY,
  });
  if (words.csv !== undefined) writeFileSync(words.csv, deviceTable(city.devices, words.profile), { mode: 0o600 });
  signal.addEventListener('abort', () => city.stop(), { once: true });
  await city.joinAll();
  printError(`lorawan: ${city.joined} of ${city.devices.length} devices have joined`);
  await city.run();
  const total = (lists: ReadonlyMap<string, readonly number[]>) =>
    [...lists.values()].reduce((sum, { length }) => sum + length, 0);
  printError(
    `lorawan: sent ${JSON.stringify({ uplinks: total(city.sent), acknowledged: total(city.acknowledged), ...city.counts })}`,
  );
  await city.close();
  return 0;
}

function lineFor(
  type: string,
  city: Omit<Parameters<typeof linesOf>[0], 'faults'> & { readonly faults: Faults },
): FleetLine {
  const name = LINES[type];
  if (name === undefined) {
    throw new UsageError(`There is no simulator "${type}"; there are: ${Object.keys(LINES).join(', ')}`);
  }
  if (type === 'line') {
    const air = weather(city.world);
    const simulator = simulateLineSensor({ clock: city.clock, line: (seconds) => weatherLine(air(seconds)) });
    const device = { id: 'weather', type, settings: {}, sent: simulator.sent };
    return { name, simulator, shape: TEXT_LINE, isPolled: false, devices: [device] };
  }
  const faulty = { ...city, faults: { [name]: city.faults } };
  const line = [...linesOf(faulty), ...privateLoraLines(faulty)].find((candidate) => candidate.name === name);
  if (line === undefined) throw new RangeError(`the simulated city has no line ${name}`);
  return line;
}

interface FaultWords {
  readonly noise?: string | undefined;
  readonly truncate?: string | undefined;
  readonly corrupt?: string | undefined;
  readonly silence?: readonly string[] | undefined;
  readonly unplug?: readonly string[] | undefined;
  readonly 'clock-jump'?: string | undefined;
  readonly 'power-cycle'?: readonly string[] | undefined;
}

function readFaults(words: FaultWords): Faults {
  const probability = (name: 'noise' | 'truncate' | 'corrupt') => {
    const written = words[name];
    if (written === undefined) return {};
    const p = numberOf(`--${name}`, written);
    if (p > 1) throw new UsageError(`--${name} must be a probability from 0 to 1`);
    return { [name]: p };
  };
  const jump = words['clock-jump'];
  const [atS, byMs] = jump === undefined ? [] : pairOf('--clock-jump', jump);
  return {
    ...probability('noise'),
    ...probability('truncate'),
    ...probability('corrupt'),
    ...(words.silence && {
      silences: words.silence.map((word) => pairOf('--silence', word)).map(([fromS, toS]) => ({ fromS, toS })),
    }),
    ...(words.unplug && {
      unplugs: words.unplug.map((word) => pairOf('--unplug', word)).map(([at, forS]) => ({ atS: at, forS })),
    }),
    ...(atS !== undefined && byMs !== undefined && { clockJump: { atS, byMs } }),
    ...(words['power-cycle'] && {
      powerCyclesAtS: words['power-cycle'].map((word) => numberOf('--power-cycle', word)),
    }),
  };
}

function pairOf(option: string, word: string): [number, number] {
  const [first, second, ...rest] = word.split(':');
  if (first === undefined || second === undefined || rest.length > 0)
    throw new UsageError(`${option} must be two numbers: 10:30`);
  return [numberOf(option, first), numberOf(option, second)];
}
