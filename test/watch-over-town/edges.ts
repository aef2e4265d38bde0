/**
 * The town's gateways: each one whole, as `run.ts` wires it, with a file of its own; in one process, on the town's clock, with detectors on
 * wires without a kernel, and a GPS receiver on each bus. To the hub they go over the real network.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { readConfigFile } from '../../gateway/config/config.ts';
import type { DeviceConfig } from '../../gateway/config/settings.ts';
import { VirtualWire } from '../../gateway/rig/virtual/virtual-wire.ts';
import { type Gateway, startGateway } from '../../gateway/run.ts';
import { realSurroundings } from '../../gateway/surroundings.ts';
import { simulateGps } from '../../simulators/sensors/gps.ts';
import { TownController } from '../../simulators/town/watch-over/controller.ts';
import type { Point } from '../../simulators/town/watch-over/streets.ts';
import { busMs, type Receiver } from '../../simulators/town/watch-over/watch-over-town.ts';
import type { VirtualClock } from '../../simulators/virtual-clock.ts';
import { LogBook } from '../gateway/machine/log-book.ts';
import { placeOf } from './map.ts';

export interface EdgePlan {
  readonly tenant: string;
  readonly gateway: string;
  readonly detectors: readonly Receiver[];
}

export interface Edge extends EdgePlan {
  readonly running: Gateway;
  readonly log: LogBook;
  readonly folder: string;
  readonly controllers: ReadonlyMap<string, TownController>;
  /** Stops the gateway and its receiver. The clock must go on meanwhile. */
  stop(): Promise<void>;
}

const tenants = ['kakogawa', 'takasago'];
const detectorsEach = 50;

/** Fixed detectors share gateways, fifty each; every bus has its own. */
export function planEdges(receivers: readonly Receiver[]): readonly EdgePlan[] {
  const fixed = receivers.filter(({ kind }) => kind === 'detector');
  const shared = Array.from({ length: Math.ceil(fixed.length / detectorsEach) }, (_, i) =>
    fixed.slice(i * detectorsEach, (i + 1) * detectorsEach),
  );
  const buses = receivers.filter(({ kind }) => kind === 'bus').map((receiver) => [receiver]);
  return [...shared, ...buses].map((detectors, i) => ({
    tenant: tenants[i % tenants.length] ?? '',
    gateway: i < shared.length ? `edge-${i}` : `on-${detectors[0]?.id}`,
    detectors,
  }));
}

export interface EdgeOptions {
  readonly clock: VirtualClock;
  readonly folder: string;
  readonly hubPort: number;
  readonly passwordFile: string;
  readonly listKey: string;
  /** Changes a detector, to plant a fault. `log`: the gateway's. */
  readonly spoil?: ((device: DeviceConfig, log: LogBook) => DeviceConfig) | undefined;
  /** Its receiver tells for ever where it began. */
  readonly isParked?: boolean;
  /** That of the gateway's life before, if it is started again. */
  readonly log?: LogBook;
}

export function startEdge(plan: EdgePlan, options: EdgeOptions): Edge {
  const { clock, folder, hubPort, passwordFile, listKey, spoil, log = new LogBook(), isParked } = options;
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'gateway.toml');
  writeFileSync(file, toml(plan, hubPort, passwordFile, listKey));
  const read = readConfigFile(file);
  if (!read.ok) throw new Error(read.faults.map(({ what }) => what.en).join('\n'));
  const lines = [...plan.detectors.map(({ id }) => id), ...(busOf(plan) === undefined ? [] : [GPS])];
  const wires = new Map(lines.map((id) => [id, new VirtualWire(id, () => {})]));
  const controllers = new Map(
    plan.detectors.map(({ id }, i) => [
      id,
      new TownController(wires.get(id) ?? new VirtualWire(id, () => {}), i % 2 === 1),
    ]),
  );
  const { config } = read;
  const running = startGateway({
    config: spoil === undefined ? config : { ...config, devices: config.devices.map((device) => spoil(device, log)) },
    log,
    version: 'town',
    surroundings: {
      ...realSurroundings(),
      time: {
        wall: () => clock.moment().wall,
        monotonic: () => clock.moment().monotonic,
        isSet: () => true,
        sleep: (ms, signal) => clock.sleep(ms, signal),
      },
      openPort({ name }, surroundings) {
        const wire = wires.get(name);
        if (wire === undefined) throw new RangeError(`there is no wire ${name}`);
        return wire.port(name, { isGone: false }, surroundings);
      },
    },
  });
  const parked = new AbortController();
  const bus = busOf(plan);
  const { x, y } = bus?.position ?? { x: 0, y: 0 };
  const where = () => (isParked ? { x, y } : (bus?.position ?? { x, y }));
  const received = receive(wires.get(GPS), where, clock, parked.signal);
  const stop = async () => {
    parked.abort();
    await received;
    await running.stop();
  };
  return { ...plan, running, log, folder, controllers, stop };
}

const GPS = 'gps';

function busOf({ detectors }: EdgePlan): Receiver | undefined {
  return detectors.find(({ kind }) => kind === 'bus');
}

/** A bus's GPS receiver, a position a second, until the signal aborts. */
async function receive(wire: VirtualWire | undefined, where: () => Point, clock: VirtualClock, signal: AbortSignal) {
  if (wire === undefined) return;
  const route = () => ({ ...placeOf(where()), altitudeM: 10, speedMps: busMs, courseDeg: 0 });
  await simulateGps({ clock, route }).run(wire, signal);
}

/** The logs as text, a line each. */
export function logOf({ log }: Edge): string {
  return log.entries.map((entry) => JSON.stringify(entry)).join('\n');
}

/** Its controllers scan. */
export function listens(edges: readonly Edge[]): boolean {
  return edges.every(({ controllers }) => [...controllers.values()].every(({ isScanning }) => isScanning));
}

/** They look for the tags of so many operators. */
export function knows(edges: readonly Edge[], operators: number): boolean {
  return edges.every(({ running: { sources } }) => sources.watchOver?.known.stats.operators === operators);
}

interface Emptying {
  readonly open: number;
  readonly outboxes: Readonly<
    Record<string, { readonly waiting: { readonly routine: number; readonly urgent: number } }>
  >;
}

/** Nothing waits, for any destination. */
export function isEmptied({ open, outboxes }: Emptying): boolean {
  return open === 0 && Object.values(outboxes).every(({ waiting }) => waiting.routine + waiting.urgent === 0);
}

function toml(
  { tenant, gateway, detectors }: EdgePlan,
  hubPort: number,
  passwordFile: string,
  listKey: string,
): string {
  const isBus = detectors.some(({ kind }) => kind === 'bus');
  const devices = detectors.map(
    ({ id, kind }) => `[[port]]
name = "${id}"
type = "serial"
path = "/dev/${id}"
[[device]]
id = "${id}"
type = "ble-hci"
port = "${id}"
${kind === 'bus' ? `place-from = "${GPS}"` : ''}`,
  );
  const gps = `[[port]]
name = "${GPS}"
type = "serial"
path = "/dev/${GPS}"
[[device]]
id = "${GPS}"
type = "nmea"
port = "${GPS}"`;
  return `
gateway = { id = "${gateway}", tenant = "${tenant}" }
clock = { synchronised = "always" }
status = { enabled = false }
log = { level = "debug" }
watch-over = { list-key = "${listKey}" }
${devices.join('\n')}
${isBus ? gps : ''}
[[destination]]
name = "hub"
type = "city-os"
url = "mqtt://127.0.0.1:${hubPort}"
username = "${tenant}/${gateway}"
password-file = "${passwordFile}"
receipt-timeout = "10m"
`;
}
