/** That each entry of a timeline says when, and what, of something that is there. */
import { MachimoriError } from '../../../shared/errors.ts';
import { listed } from '../../../shared/text.ts';
import { FaultBoard, type FaultKind } from '../../../simulators/fault-board.ts';
import { parseCondition } from '../../../simulators/rig/condition.ts';
import { lineFaults } from '../../../simulators/rig/line-faults.ts';
import type { TimelineSettings } from '../../../simulators/rig/settings.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { suggestedName } from '../../words/suggestion.ts';
import { cityFaults, lorawanFaults } from '../city-faults.ts';
import { membersOf, splitName } from './timeline-entries.ts';
import { say } from './words.ts';
import type { Sensed, WrittenRig } from './written.ts';

export function checkTimeline(rig: WrittenRig, sensed: Sensed): Fault[] {
  return rig.timeline.flatMap((entry, i) => {
    const path = ['timeline', i];
    return [
      ...checkStart(entry, rig, path),
      ...(entry.when === undefined ? [] : checkCondition(entry.when, rig, sensed, [...path, 'when'])),
      ...checkAction(entry, rig, sensed, path),
    ];
  });
}

function checkStart({ atMs, when, everyMs, forMs }: TimelineSettings, { rig }: WrittenRig, path: Path): Fault[] {
  if ((atMs === undefined) === (when === undefined)) {
    return [fault(path, atMs === undefined ? say.noStart() : say.twoStarts(), say.sayStart())];
  }
  if (atMs !== undefined && atMs >= rig.durationMs) {
    return [fault([...path, 'at'], say.afterTheEnd({ seconds: rig.durationMs / 1000 }), say.earlierOrLonger())];
  }
  if (everyMs !== undefined && forMs !== undefined && forMs >= everyMs) {
    return [fault([...path, 'for'], say.lastsTooLong(), say.shorterThanEvery())];
  }
  return [];
}

function checkAction(entry: TimelineSettings, rig: WrittenRig, sensed: Sensed, path: Path): Fault[] {
  const { fault: name, on, with: settings, set, gateway } = entry;
  const actions = [name, set, gateway].filter((each) => each !== undefined).length;
  if (actions !== 1) return [fault(path, actions === 0 ? say.noAction() : say.twoActions(), say.oneAction())];
  if (name !== undefined) return checkFault({ ...entry, fault: name }, rig, path);
  if (on !== undefined) return [fault([...path, 'on'], say.onlyForFault({ name: 'on' }), say.removeOrFault())];
  if (settings !== undefined)
    return [fault([...path, 'with'], say.onlyForFault({ name: 'with' }), say.removeOrFault())];
  if (set !== undefined) return Object.keys(set).flatMap((key) => checkSet(key, rig, sensed, [...path, 'set']));
  return checkGatewayAction(entry, rig, path);
}

function checkFault(entry: TimelineSettings & { readonly fault: string }, rig: WrittenRig, path: Path): Fault[] {
  const { on, fault: name, with: settings = {}, forMs } = entry;
  const targets = targetsOf(rig);
  if (on === undefined)
    return [fault(path, say.faultOnWhat({ name }), say.nameTarget({ known: shown([...targets.keys()]) }))];
  const kinds = targets.get(on);
  if (kinds === undefined)
    return [
      fault([...path, 'on'], say.noTarget({ name: on }), suggestedName(on, [...targets.keys()], say.addDevice())),
    ];
  const kind = kinds.find((each) => each.name === name);
  if (kind === undefined) {
    const names = kinds.map((each) => each.name);
    return [fault([...path, 'fault'], say.noFaultOf({ name, on }), suggestedName(name, names, say.seeFaults()))];
  }
  try {
    new FaultBoard(kinds).strike(name, settings);
  } catch (found) {
    if (!(found instanceof MachimoriError)) throw found;
    return [fault([...path, 'with'], found.what, found.hint)];
  }
  return kind.isMomentary && forMs !== undefined
    ? [note([...path, 'for'], say.momentary({ name }), say.leaveOutFor())]
    : [];
}

/** What can have a fault, by name; of a group those of its first. */
function targetsOf(rig: WrittenRig): ReadonlyMap<string, readonly FaultKind[]> {
  const targets = new Map<string, readonly FaultKind[]>();
  const onWire = countBy(rig.devices.map(({ plan }) => plan.wire));
  for (const { plan, group } of rig.devices) {
    const { kind, wire } = plan;
    const ofLine = lineFaults(kind, rig.wires.find(({ name }) => name === wire)?.type ?? rig.rig.wires);
    const own = [...kind.faults, ...(onWire.get(wire) === 1 ? ofLine : [])];
    if (!targets.has(wire)) targets.set(wire, ofLine);
    targets.set(plan.id, own);
    if (!targets.has(group)) targets.set(group, own);
  }
  for (const group of rig.lorawan) targets.set(group.name, lorawanFaults(group));
  for (const { name, type } of rig.cities) targets.set(name, cityFaults(type));
  return targets;
}

function countBy(names: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function checkSet(key: string, rig: WrittenRig, sensed: Sensed, path: Path): Fault[] {
  const { subject, quantity } = splitName(key);
  if (subject === '') return [fault([...path, key], say.noDot({ name: key }), say.dotForm())];
  const [member = subject] = membersOf(subject, rig.devices);
  return checkQuantity({ subject: member, quantity }, sensed, [...path, key]);
}

function checkQuantity(
  { subject, quantity }: { readonly subject: string; readonly quantity: string },
  sensed: Sensed,
  path: Path,
  also: readonly string[] = [],
): Fault[] {
  const quantities = sensed.get(subject);
  if (quantities === undefined) {
    return [fault(path, say.noDevice({ name: subject }), suggestedName(subject, [...sensed.keys()], say.addDevice()))];
  }
  const known = [...quantities, ...also];
  if (known.includes(quantity)) return [];
  return [
    fault(path, say.noQuantity({ device: subject, quantity }), suggestedName(quantity, known, say.noQuantities())),
  ];
}

const COUNTED = ['sent', 'stored'];

export function checkCondition(when: string, rig: WrittenRig, sensed: Sensed, path: Path): Fault[] {
  return parseCondition(when).flatMap(({ subject, quantity }) => {
    if (rig.cities.some(({ name }) => name === subject)) {
      return quantity === 'stored'
        ? []
        : [fault(path, say.noQuantity({ device: subject, quantity }), say.cityHasStored())];
    }
    const known = [...sensed.keys(), ...rig.cities.map(({ name }) => name)];
    if (!sensed.has(subject))
      return [fault(path, say.noSubject({ name: subject }), suggestedName(subject, known, say.addDevice()))];
    return checkQuantity({ subject, quantity }, sensed, path, COUNTED); // of one device: a group has no one level
  });
}

function checkGatewayAction(
  { gateway: action, forMs }: TimelineSettings,
  { gateway }: WrittenRig,
  path: Path,
): Fault[] {
  const at = [...path, 'gateway'];
  if (gateway === undefined) return [fault(at, say.noGateway(), say.addGateway())];
  if (action === 'kill' && gateway.run === 'here') return [fault(at, say.notKillable(), say.runProcess())];
  if (forMs !== undefined && action !== 'kill' && action !== 'stop') {
    return [fault([...path, 'for'], say.startLasts(), say.leaveOutFor())];
  }
  return [];
}

function shown(names: readonly string[]) {
  return listed(names.slice(0, 20));
}
