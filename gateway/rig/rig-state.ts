/** How a rig is now, as JSON and for its table. */
import type { Rig } from './open-rig.ts';

export interface RigState {
  /** Since the devices began. */
  readonly seconds: number;
  readonly devices: readonly DeviceState[];
  /** What is wrong with what is no device: wires with several, city OSes, LoRaWAN groups. */
  readonly faults: Readonly<Record<string, readonly string[]>>;
  /** Readings by city OS. */
  readonly stored: Readonly<Record<string, number>>;
  readonly gateway: 'running' | 'stopped' | 'none';
}

export interface DeviceState {
  readonly id: string;
  readonly type: string;
  /** What the gateway opens. */
  readonly path: string;
  readonly isOpen: boolean;
  /** What it senses now; null: nothing. */
  readonly senses: Readonly<Record<string, number | null>>;
  /** Quantities that somebody has set. */
  readonly set: readonly string[];
  readonly sent: number;
  readonly faults: readonly string[];
}

export function stateOf(rig: Rig): RigState {
  const { bench, seconds } = rig;
  const wires = bench.wires;
  const boards = [...rig.boards()].filter(([name]) => !bench.devices.has(name));
  return {
    seconds,
    devices: [...bench.devices].map(([id, { plan, quantities, faults }]) => ({
      ...{ id, type: plan.kind.name },
      path: wires.get(plan.wire)?.path ?? '',
      isOpen: wires.get(plan.wire)?.isOpen === true,
      senses: Object.fromEntries(Object.entries(quantities).map(([name, each]) => [name, each.at(seconds) ?? null])),
      set: Object.entries(quantities).flatMap(([name, { isSet }]) => (isSet ? [name] : [])),
      sent: rig.observer.sentBy(id),
      faults: faults.standing.map(({ kind }) => kind.name),
    })),
    faults: Object.fromEntries(
      boards.flatMap(([name, { standing }]) =>
        standing.length === 0 ? [] : [[name, standing.map(({ kind }) => kind.name)]],
      ),
    ),
    stored: Object.fromEntries(rig.accounts.stored().cities),
    gateway: rig.gateway === undefined ? 'none' : rig.gateway.isRunning ? 'running' : 'stopped',
  };
}
