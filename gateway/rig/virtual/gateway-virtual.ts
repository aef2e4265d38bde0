/**
 * A gateway on the virtual clock: as run.ts wires it, on a real SQLite file, with virtual wires and a virtual link to a city OS in place of
 * its lines and its network.
 *
 *   simulated device ─virtual wire─▶ gateway ─virtual link─▶ city OS
 *
 * Promise: the same seed, configuration and course give the same readings, byte for byte. Whoever awaits something moves the clock on
 * (`until`, `advance`), one at a time. It has serial ports and destinations of type `city-os`; neither status server nor console.
 */
import { MachimoriError } from '../../../shared/errors.ts';
import type { Random } from '../../../simulators/random.ts';
import { aborted } from '../../../simulators/simulator.ts';
import { VirtualClock } from '../../../simulators/virtual-clock.ts';
import type { Config } from '../../config/settings.ts';
import { RELEASED_AT } from '../../machine/release.ts';
import { openHttp } from '../../net/http.ts';
import type { OpenPort, PortConfig, PortSurroundings } from '../../ports/port.ts';
import type { Surroundings } from '../../surroundings.ts';
import { type GatewayHere, startHere } from '../gateway-here.ts';
import type { Given } from '../under-test.ts';
import { say } from '../under-test-words.ts';
import type { VirtualCity } from './virtual-city.ts';
import { VirtualWire } from './virtual-wire.ts';

export interface VirtualOptions extends Given {
  readonly clock: VirtualClock;
  readonly random: Random;
  /** Its lines, by the path of each; whoever adds one does so before the gateway is started. */
  readonly wires: Iterable<VirtualWire>;
  readonly city: VirtualCity;
}

const dayMs = 86_400_000;
const ampleBytes = 1e12;

/** A virtual clock that a gateway believes: it begins at midnight (UTC), some days after the release. */
export function openVirtualClock(at = Math.ceil(RELEASED_AT / dayMs + 1) * dayMs): VirtualClock {
  return new VirtualClock(new Date(at).toISOString());
}

/** Starts it. Rejects as `startHere` does, and with a MachimoriError "rig-not-virtual". */
export function startVirtual({ wires, city, random, ...given }: VirtualOptions): Promise<GatewayHere> {
  const { clock } = given;
  const byPath = new Map([...wires].map((wire) => [wire.path, wire]));
  const surroundings: Surroundings = {
    time: {
      wall: () => clock.moment().wall,
      monotonic: () => clock.moment().monotonic,
      isSet: () => true,
      sleep: (ms, signal) => clock.sleep(ms, signal),
    },
    boot: 'virtual',
    random: () => random.next(),
    drawEpoch: () => Buffer.from(random.bytes(8)).toString('hex'),
    openPort: (port, around) => openLine(port, around, byPath),
    serialLines: async () => [],
    connect: city.connect,
    openHttp,
    serveControl: (_directory, _sources, _log, signal) => aborted(signal),
    usage: () => ({ cpuSeconds: 0, residentBytes: 0, heapBytes: 0 }),
    diskSpace: () => ({ freeBytes: ampleBytes, totalBytes: ampleBytes }),
  };
  return startHere({ ...given, surroundings, adapt: (config) => withoutServers(config, city) });
}

function withoutServers(config: Config, city: VirtualCity): Config {
  for (const { name, portType } of config.ports) if (portType.name !== 'serial') throw notVirtual(name);
  for (const { name, settings } of config.destinations) {
    const { url } = settings as { readonly url?: string }; // of many types
    if (url !== city.url) throw notVirtual(name);
  }
  return { ...config, status: { ...config.status, enabled: false }, console: { ...config.console, enabled: false } };
}

function openLine(
  { name, settings }: PortConfig,
  around: PortSurroundings,
  wires: ReadonlyMap<string, VirtualWire>,
): OpenPort {
  const { path } = settings as { readonly path: string }; // it is a serial port
  return (wires.get(path) ?? unplugged(path)).port(name, { isGone: false }, around);
}

function unplugged(path: string): VirtualWire {
  const wire = new VirtualWire(path);
  wire.unplug();
  return wire;
}

function notVirtual(name: string): MachimoriError {
  return new MachimoriError('rig-not-virtual', {
    what: say.notVirtual({ what: name }),
    on: name,
    hint: say.useRealClock(),
  });
}
