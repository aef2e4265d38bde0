import { writeFileSync } from 'node:fs';
import { listed } from '../../shared/text.ts';
import { openCityOs } from '../../simulators/city-os/city-os.ts';
import { followSchedule, type ScheduledFault } from '../../simulators/fault-schedule.ts';
import { type CityGateway, deviceTable, type LorawanCity, openCity } from '../../simulators/lorawan/city.ts';
import { Random } from '../../simulators/random.ts';
import { LINE_SENSOR_FAULTS, simulateLineSensor, weatherLine } from '../../simulators/sensors/line-sensor.ts';
import { beaconBox, type City, type FleetLine, lineBoard, linesOf } from '../../simulators/town/fleet-lines.ts';
import { privateLoraLines } from '../../simulators/town/private-lora-lines.ts';
import { weather } from '../../simulators/town/scenarios.ts';
import { changeRiver } from '../../simulators/web-source/changing-river.ts';
import { WebSource } from '../../simulators/web-source/web-source.ts';
import { faultyWire, TEXT_LINE } from '../../simulators/wires/faults.ts';
import { QUIET_BEFORE_UNPLUG_S } from '../../simulators/wires/plug.ts';
import { openPty } from '../../simulators/wires/pty-wire.ts';
import { openTcp } from '../../simulators/wires/tcp-wire.ts';
import { SystemClock } from '../machine/system-clock.ts';
import { splitAddress } from '../net/address.ts';
import { stopSignal, type Terminal } from './terminal.ts';
import { durationOf, numberOf } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import type { simulateUsage } from './verbs/simulate.ts';
import { say } from './words/simulate.ts';

const progressEveryMs = 5_000;

type Words = Called<typeof simulateUsage>['options'];

/** The line of the simulated city, or the modem or detector beside it, that stands for a device type. */
const LINES: Readonly<Record<string, string>> = {
  nmea: 'plow-1',
  maxbotix: 'gauge-bridge',
  modbus: 'bus-quay',
  'people-counter': 'counter-gate',
  'ble-hci': 'detector-school',
  'beacon-box': 'box-school',
  rylr: 'modem-river',
  rak3172: 'modem-rak3172',
  'lora-e5': 'modem-lora-e5',
  e220: 'modem-e220',
  line: 'weather',
};

export async function simulate({ args: { type }, options, terminal }: Called<typeof simulateUsage>): Promise<number> {
  const stopAfter = options.seconds === undefined ? undefined : numberOf('--seconds', options.seconds);
  if (type === 'lorawan') return simulateLorawan(options, terminal, stopAfter);
  if (type === 'city-os') return simulateCityOs(options, terminal, stopAfter);
  if (type === 'web-table') return simulateWebSource(options, terminal, stopAfter);
  const windowMs = durationOf('--window', options.window, '10s');
  const faults = readFaults(options);
  const clock = new SystemClock('always');
  const seed = numberOf('--seed', options.seed);
  const random = new Random(seed);
  const world = { seed, timeScale: numberOf('--time-scale', options['time-scale']) };
  const line = lineFor(type, { world, clock, random, windowMs });
  const schedule = faults.filter(({ fault }) => line.faults.kinds.some(({ name }) => name === fault));
  const signal = stopSignal(stopAfter);
  const wire =
    options.tcp === undefined
      ? await openPty(options.link === undefined ? {} : { link: options.link })
      : await openTcp({ port: numberOf('--tcp', options.tcp) });
  terminal.write(wire.path);
  const faulty = faultyWire(wire, { faults: line.faults, shape: line.shape, clock, random: random.fork() });
  await Promise.all([
    followSchedule(schedule, { board: line.faults, clock, signal }),
    line.simulator.run(faulty, signal),
  ]);
  await faulty.close();
  for (const { id, sent } of line.devices) {
    terminal.printError(say.sent({ id, counts: JSON.stringify(Object.fromEntries(sent)) }));
  }
  return 0;
}

/** A city OS that any gateway on this machine can send to, for trying one out. */
async function simulateCityOs({ tcp, file }: Words, terminal: Terminal, stopAfter?: number): Promise<number> {
  const signal = stopSignal(stopAfter);
  const cityOs = await openCityOs({
    file,
    port: tcp === undefined ? 0 : numberOf('--tcp', tcp),
    report: (what) => terminal.printError(what),
  });
  terminal.write(cityOs.url);
  await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
  terminal.printError(say.stored({ counts: JSON.stringify(cityOs.store.countByKind()) }));
  await cityOs.close();
  return 0;
}

/** A prefecture's web server, whose pages change every few seconds. */
async function simulateWebSource({ tcp }: Words, terminal: Terminal, stopAfter?: number): Promise<number> {
  const signal = stopSignal(stopAfter);
  const source = await WebSource.open({ port: tcp === undefined ? 0 : numberOf('--tcp', tcp) });
  for (const path of source.paths) terminal.write(source.origin + path);
  await changeRiver(source, new SystemClock('always'), signal);
  terminal.printError(say.askedFor({ count: source.asked.length }));
  await source.close();
  return 0;
}

/** A city of LoRaWAN devices, each of which joins and sends until it is stopped. Devices that the network does not know keep asking. */
async function simulateLorawan(words: Words, terminal: Terminal, stopAfter?: number): Promise<number> {
  const signal = stopSignal(stopAfter);
  const ways: CityGateway[] = [];
  if (words.udp !== undefined) ways.push({ protocol: 'udp', ...splitAddress(words.udp) });
  if (words.station !== undefined) ways.push({ protocol: 'station', url: words.station });
  const [first] = ways;
  if (first === undefined) throw new UsageError(say.noServer());
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
  terminal.printError(say.cityBegins({ devices: city.devices.length, gateways: city.gateways.length }));
  const showing = showProgress(city, terminal, signal);
  await city.run();
  await showing;
  const counts = { uplinks: total(city.sent), acknowledged: total(city.acknowledged), ...city.counts };
  terminal.printError(say.sent({ id: 'lorawan', counts: JSON.stringify(counts) }));
  await city.close();
  return 0;
}

/** A line every few seconds, if anything has changed. */
async function showProgress(city: LorawanCity, terminal: Terminal, signal: AbortSignal): Promise<void> {
  const clock = new SystemClock('always');
  let shown = '';
  for (let round = 0; !signal.aborted; round++) {
    await clock.sleep(progressEveryMs, signal);
    const { joined, devices, counts } = city;
    const { joinRequests } = counts;
    const sums = { uplinks: total(city.sent), acknowledged: total(city.acknowledged) };
    const said = say.cityGoesOn({ joined, all: devices.length, joinRequests, ...sums });
    if (said.en !== shown && !signal.aborted) terminal.printError(said);
    shown = said.en;
    if (round === 2 && joined === 0) terminal.printError(say.nobodyJoins());
  }
}

function total(lists: ReadonlyMap<string, readonly number[]>): number {
  return [...lists.values()].reduce((sum, { length }) => sum + length, 0);
}

function lineFor(type: string, city: City): FleetLine {
  const name = LINES[type];
  if (name === undefined) {
    throw new UsageError(say.noSimulator({ name: type, known: listed(Object.keys(LINES)) }));
  }
  if (type === 'line') {
    const air = weather(city.world);
    const faults = lineBoard(...LINE_SENSOR_FAULTS);
    const simulator = simulateLineSensor({ clock: city.clock, line: (seconds) => weatherLine(air(seconds)), faults });
    const device = { id: 'weather', type, settings: {}, sent: simulator.sent };
    return { name, simulator, shape: TEXT_LINE, isPolled: false, faults, devices: [device] };
  }
  const line = [...linesOf(city), ...privateLoraLines(city), beaconBox(city)].find(
    (candidate) => candidate.name === name,
  );
  if (line === undefined) throw new RangeError(`the simulated city has no line ${name}`);
  return line;
}

function readFaults(words: Words): readonly ScheduledFault[] {
  const share = (fault: 'noise' | 'truncate' | 'corrupt'): readonly ScheduledFault[] => {
    const written = words[fault];
    if (written === undefined) return [];
    const p = numberOf(`--${fault}`, written);
    if (p > 1) throw new UsageError(say.noProbability({ option: `--${fault}` }));
    return [{ fault, settings: { share: p }, atS: 0 }];
  };
  const pairs = (option: string, written: readonly string[] = []) => written.map((word) => pairOf(option, word));
  return [
    ...share('noise'),
    ...share('truncate'),
    ...share('corrupt'),
    ...pairs('--silence', words.silence).map(([atS, untilS]) => ({ fault: 'silence', atS, untilS })),
    ...pairs('--unplug', words.unplug).map(([atS, forS]) => ({
      fault: 'unplug',
      atS: Math.max(0, atS - QUIET_BEFORE_UNPLUG_S),
      untilS: atS + forS,
    })),
    ...(words['clock-jump'] === undefined ? [] : [pairOf('--clock-jump', words['clock-jump'])]).map(([atS, ms]) => ({
      fault: 'clock-jump',
      settings: { ms },
      atS,
    })),
    ...(words['power-cycle'] ?? []).map((word) => ({ fault: 'power-cycle', atS: numberOf('--power-cycle', word) })),
  ];
}

function pairOf(option: string, word: string): [number, number] {
  const [first, second, ...rest] = word.split(':');
  if (first === undefined || second === undefined || rest.length > 0) throw new UsageError(say.noPair({ option }));
  return [numberOf(option, first), numberOf(option, second)];
}
