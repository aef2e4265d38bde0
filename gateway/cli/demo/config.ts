/** The configuration of the demo's gateway: TOML, as a technician would write it. */
import type { Fleet } from '../../../simulators/town/fleet.ts';
import { tomlOf } from '../../config/toml.ts';

/** How far a level must fall below a threshold before its alarm is cleared, in metres. */
const HYSTERESIS_M = 0.1;

interface DemoSite {
  readonly id: string;
  readonly tenant: string;
  /** Of the type `city-os`. */
  readonly destination: Readonly<Record<string, string>>;
}

/** The only gateway of the plain demo. */
export function demoSite(url: string): DemoSite {
  return { id: 'demo', tenant: 'machimori', destination: { name: 'city', url } };
}

export function demoConfig(fleet: Pick<Fleet, 'devices'>, { id, tenant, destination }: DemoSite): string {
  const paths = [...new Set(fleet.devices.map(({ path }) => path))];
  const portOf = (path: string) => `port-${paths.indexOf(path) + 1}`;
  return tomlOf({
    gateway: { id, tenant, 'data-directory': 'data' },
    buffer: { 'batch-age': '1s', 'commit-within': '100ms' },
    clock: { synchronised: 'always' },
    status: { enabled: false },
    port: paths.map((path) =>
      path.startsWith('tcp://')
        ? { name: portOf(path), type: 'tcp', address: path.slice('tcp://'.length) }
        : { name: portOf(path), type: 'serial', path },
    ),
    device: fleet.devices.map(({ id, type, path, settings, place, thresholdsM = {} }) => ({
      id,
      type,
      port: portOf(path),
      ...settings,
      ...(type === 'modbus' && { framing: 'rtu' }), // also behind a serial server
      ...(place && { place }),
      threshold: Object.entries(thresholdsM).map(([alarm, raise]) => ({
        alarm,
        quantity: 'level',
        raise,
        clear: raise - HYSTERESIS_M,
      })),
    })),
    destination: [{ type: 'city-os', ...destination, 'reconnect-within': '1s' }], // few others are at its broker
  });
}
