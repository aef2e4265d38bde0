/** What no single table of a rig's file can know: that names are unique, that devices fit on their wires, that files can be played. */
import { existsSync } from 'node:fs';
import { MachimoriError } from '../../../shared/errors.ts';
import { openSense, type SenseSettings } from '../../../simulators/rig/senses.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { checkExpectations } from './check-expectations.ts';
import { checkGateway } from './check-gateway.ts';
import { checkTimeline } from './check-timeline.ts';
import { say } from './words.ts';
import type { WrittenDevice, WrittenRig } from './written.ts';

export function crossCheck(rig: WrittenRig): Fault[] {
  const worlds = rig.devices.map((device) => quantitiesOf(device, rig));
  const sensed = new Map(rig.devices.map(({ plan }, i) => [plan.id, worlds[i]?.names ?? []]));
  const twice = sameNames(rig);
  const isEmpty = rig.devices.length + rig.lorawan.length === 0;
  return [
    ...(isEmpty ? [fault([], say.noDevices(), say.addDevice())] : []),
    ...worlds.flatMap(({ faults }) => faults),
    ...twice,
    ...rig.wires.flatMap((wire, i) => [
      ...(rig.devices.some(({ plan }) => plan.wire === wire.name)
        ? []
        : [note(['wire', i], say.idleWire({ name: wire.name }), say.useOrRemove())]),
      ...(wire.type === 'serial' && !existsSync(wire.path)
        ? [note(['wire', i, 'path'], say.notPlugged({ path: wire.path }), say.plugIn())]
        : []),
    ]),
    ...sharedWires(rig),
    ...carriers(rig),
    ...rig.lorawan.flatMap((group, i) =>
      group.udp === undefined && group.station === undefined
        ? [fault(['lorawan', i], say.noServer({ name: group.name }), say.addServer())]
        : [],
    ),
    ...cityTypes(rig),
    ...checkGateway(rig),
    ...(twice.length > 0 ? [] : [...checkTimeline(rig, sensed), ...checkExpectations(rig, sensed)]), // they go by names
  ];
}

function quantitiesOf({ plan, path }: WrittenDevice, { rig, path: resolve }: WrittenRig) {
  const world = { worldSeed: rig.seed, timeScale: rig.timeScale, path: resolve };
  const open = (sense: SenseSettings, quantity: string) => openSense(sense, { ...world, quantity, seed: 0 });
  const own = Object.entries(plan.quantities);
  try {
    for (const [name, sense] of own) open(sense, name);
    const worlds = plan.kind.worlds?.(plan.settings, { ...world, open }) ?? {};
    return { names: [...own.map(([name]) => name), ...Object.keys(worlds)], faults: [] };
  } catch (found) {
    if (!(found instanceof MachimoriError)) throw found;
    const faults = [fault(path, say.badFile({ on: String(found.on), what: found.what }), found.hint)];
    return { names: own.map(([name]) => name), faults };
  }
}

/** Devices, wires, groups and city OSes are all named in one way, and told apart by it. */
function sameNames({ devices, wires, cities, lorawan }: WrittenRig): Fault[] {
  const named: { readonly name: string; readonly path: Path }[] = [
    ...wires.map(({ name }, i) => ({ name, path: ['wire', i, 'name'] })),
    ...devices.map(({ plan, path }) => ({ name: plan.id, path: [...path, 'id'] })),
    ...cities.map(({ name }, i) => ({ name, path: ['city', i, 'name'] })),
    ...lorawan.map(({ name }, i) => ({ name, path: ['lorawan', i, 'name'] })),
  ];
  const own = new Set(devices.filter(({ plan }) => plan.wire === plan.id).map(({ plan }) => plan.id));
  return named.flatMap(({ name, path }, i) => {
    const first = named.findIndex((other) => other.name === name);
    const isItsWire = path[0] === 'device' && own.has(name) && named[first]?.path[0] === 'wire';
    return first === i || isItsWire ? [] : [fault(path, say.nameTwice({ name }), say.renameOne())];
  });
}

function sharedWires({ devices }: WrittenRig): Fault[] {
  return [...byWire(devices)].flatMap(([wire, on]) => {
    const [first] = on;
    if (first === undefined) return [];
    const { kind } = first.plan;
    const stranger = on.find(({ plan }) => (plan.kind.bus ?? plan.kind.name) !== (kind.bus ?? kind.name));
    if (stranger !== undefined) {
      const [one, other] = [first.plan, stranger.plan].map(({ id, kind }) => ({ id, type: kind.name }));
      const what = say.unlikeOnWire({
        wire,
        one: one?.id ?? '',
        oneType: one?.type ?? '',
        other: other?.id ?? '',
        otherType: other?.type ?? '',
      });
      return [fault([...stranger.path, 'wire'], what, say.ownWire())];
    }
    if (on.length > kind.maxOnLine) {
      const what = say.tooManyOnWire({ wire, count: on.length, type: kind.name, max: kind.maxOnLine });
      return [fault([...(on[kind.maxOnLine]?.path ?? []), 'wire'], what, say.ownWire())];
    }
    const conflict = kind.conflict?.(on.map(({ plan }) => ({ id: plan.id, settings: plan.settings })));
    return conflict === undefined
      ? []
      : [fault([...(on[conflict.device]?.path ?? []), conflict.setting], conflict.what, conflict.hint)];
  });
}

/** What only the feed's receiver can do. */
function cityTypes({ cities }: WrittenRig): Fault[] {
  return cities.flatMap(({ type, tls, refuse }, i) => [
    ...(tls && type !== 'feed' ? [fault(['city', i, 'tls'], say.onlyFeed({ name: 'tls' }), say.useFeed())] : []),
    ...(refuse.length > 0 && type !== 'feed'
      ? [fault(['city', i, 'refuse'], say.onlyFeed({ name: 'refuse' }), say.useFeed())]
      : []),
  ]);
}

const BROKERS = ['mqtt', 'broker'];

/** Messages need a broker, and bytes a line. */
function carriers({ devices, wires }: WrittenRig): Fault[] {
  return devices.flatMap(({ plan: { id, kind, wire }, path }) => {
    const type = wires.find(({ name }) => name === wire)?.type ?? '';
    const isMessages = kind.carries === 'messages';
    if (BROKERS.includes(type) === isMessages) return [];
    const what = isMessages ? say.needsBroker({ id }) : say.needsLine({ id, wire });
    return [fault([...path, 'wire'], what, isMessages ? say.addBroker() : say.ownWire())];
  });
}

function byWire(devices: readonly WrittenDevice[]): Map<string, WrittenDevice[]> {
  const groups = new Map<string, WrittenDevice[]>();
  for (const device of devices) {
    const group = groups.get(device.plan.wire);
    if (group === undefined) groups.set(device.plan.wire, [device]);
    else group.push(device);
  }
  return groups;
}
