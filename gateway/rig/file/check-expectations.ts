/** That each expectation is of something that is there, and can be looked at. */
import { messageOf } from '../../../shared/errors.ts';
import { lorawanIds } from '../../../simulators/rig/lorawan-ids.ts';
import type { ExpectSettings } from '../../../simulators/rig/settings.ts';
import { type Fault, fault, note, type Path } from '../../words/fault.ts';
import { suggestedName } from '../../words/suggestion.ts';
import { checkCondition } from './check-timeline.ts';
import { membersOf } from './timeline-entries.ts';
import { say } from './words.ts';
import type { Sensed, WrittenRig } from './written.ts';

export function checkExpectations(rig: WrittenRig, sensed: Sensed): Fault[] {
  return rig.expectations.flatMap((expectation, i) => {
    const path = ['expect', i];
    return [
      ...checkReader(expectation, rig, path),
      ...checkCity(expectation, rig, path),
      ...checkWindow(expectation, rig, path),
      ...checkSubject(expectation, rig, sensed, path),
      ...checkThinning(expectation, rig, path),
    ];
  });
}

function checkReader(expectation: ExpectSettings, { cities }: WrittenRig, path: Path): Fault[] {
  const isAsked = expectation.that === 'command' || expectation.that === 'sql' || expectation.that === 'http';
  if (!isAsked) {
    const { that } = expectation;
    const city = cities.find(({ name }) => name === expectation.city) ?? cities[0];
    if (city === undefined) return [fault([...path, 'that'], say.noCity({ that }), say.addCity())];
    if (!city.type.startsWith('ngsi')) return [];
    return [fault([...path, 'that'], say.onlyNewest({ that, city: city.name }), say.askBroker())];
  }
  const { equals, atLeast, atMost, matches } = expectation;
  if ([equals, atLeast, atMost, matches].every((each) => each === undefined)) {
    return [fault(path, say.noAnswerWanted(), say.sayAnswer())];
  }
  try {
    new RegExp(matches ?? '', 'u');
    return [];
  } catch (bad) {
    return [fault([...path, 'matches'], say.badPattern({ why: messageOf(bad) }), say.mendPattern())];
  }
}

function checkCity(expectation: ExpectSettings, { cities }: WrittenRig, path: Path): Fault[] {
  if (!('city' in expectation) || expectation.city === undefined) return [];
  const names = cities.map(({ name }) => name);
  const { city } = expectation;
  if (names.includes(city)) return [];
  return [fault([...path, 'city'], say.noCityNamed({ name: city }), suggestedName(city, names, say.addCity()))];
}

function checkWindow(expectation: ExpectSettings, { rig }: WrittenRig, path: Path): Fault[] {
  const { fromMs, toMs } = 'fromMs' in expectation || 'toMs' in expectation ? expectation : {};
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    return [fault([...path, 'to'], say.endsBeforeStart(), say.laterThanFrom())];
  }
  if (fromMs !== undefined && fromMs >= rig.durationMs) {
    return [fault([...path, 'from'], say.afterTheEnd({ seconds: rig.durationMs / 1000 }), say.earlierOrLonger())];
  }
  return [];
}

function checkSubject(expectation: ExpectSettings, rig: WrittenRig, sensed: Sensed, path: Path): Fault[] {
  const radio = new Set(rig.lorawan.flatMap(lorawanIds));
  const isKnown = (name: string) =>
    sensed.has(name) || radio.has(name) || membersOf(name, rig.devices, rig.lorawan)[0] !== name;
  const unknown = (name: string, at: Path) => [
    fault(at, say.noDevice({ name }), suggestedName(name, [...sensed.keys()], say.addDevice())),
  ];
  if ('devices' in expectation) {
    const names = expectation.devices ?? [];
    return names.flatMap((name, i) => (isKnown(name) ? [] : unknown(name, [...path, 'devices', i])));
  }
  if (!('device' in expectation)) return [];
  const { device } = expectation;
  if (!isKnown(device)) return unknown(device, [...path, 'device']);
  if (expectation.that === 'alarm') return checkCondition(expectation.when, rig, sensed, [...path, 'when']);
  if (expectation.that === 'value') {
    const known = sensed.get(device) ?? [];
    if (known.includes(expectation.quantity)) return [];
    const { quantity } = expectation;
    return [
      fault(
        [...path, 'quantity'],
        say.noQuantity({ device, quantity }),
        suggestedName(quantity, known, say.noQuantities()),
      ),
    ];
  }
  return [];
}

/** Settings by which a gateway makes fewer readings than it heard: then not everything that was sent is stored. */
const THINNING = ['report-interval', 'min-interval', 'min-distance'];

function checkThinning(expectation: ExpectSettings, { devices }: WrittenRig, path: Path): Fault[] {
  if (expectation.that !== 'stored-once') return [];
  const names = expectation.devices ?? devices.map(({ plan }) => plan.id);
  const thinned = devices.flatMap(({ plan, group }) => {
    if (!names.includes(plan.id) && !names.includes(group)) return [];
    return THINNING.filter((name) => name in plan.gateway).map((name) => ({ id: group, name }));
  });
  const [first] = thinned;
  return first === undefined ? [] : [note([...path, 'that'], say.thinned(first), say.otherDevices())];
}
