/** What a device's settings say together: alarms that can never be raised, quantities it does not have, polls that never come. */
import type { Place } from '../../devices/device-type.ts';
import { LOW_BATTERY, SILENT } from '../../shared/reading.ts';
import { isCronExpression } from '../machine/schedule.ts';
import { isForHigh } from '../policy/policy.ts';
import { type Fault, fault, note, type Path } from '../words/fault.ts';
import { suggestedName } from '../words/suggestion.ts';
import { toKebab } from './case.ts';
import { say } from './device-words.ts';
import { repeats } from './repeats.ts';
import type { DeviceConfig } from './settings.ts';
import { say as common } from './words.ts';

type Threshold = DeviceConfig['threshold'][number];
/** What the good values of a quantity lie between. */
interface Bounds {
  readonly min: number;
  readonly max: number;
}

export function checkDeviceItself(device: DeviceConfig, transport: Place['transport'], path: Path): Fault[] {
  return [
    ...checkPlace(device, path),
    ...checkPolling(device, path),
    ...checkOptions(device, transport, path),
    ...checkQuantities(device, path),
    ...checkChecks(device, device.deviceType.limits?.(device.options) ?? {}, path),
  ];
}

/** A place needs both degrees. */
function checkPlace({ place }: DeviceConfig, path: Path): Fault[] {
  if (place === undefined || (place.lat === undefined) === (place.lon === undefined)) return [];
  const [there, lacking] = place.lat === undefined ? ['lon', 'lat'] : ['lat', 'lon'];
  return [fault([...path, 'place'], say.halfPlace({ there, lacking }), say.addHalf({ there, lacking }))];
}

interface Checks {
  readonly range: readonly Pick<DeviceConfig['range'][number], 'quantity' | 'min' | 'max'>[];
  readonly threshold: readonly Threshold[];
}

/** Ranges and thresholds, of a device or of a hub's watch. `limits` are those of the device type, by quantity. */
export function checkChecks(checks: Checks, limits: Readonly<Record<string, Bounds>>, path: Path): Fault[] {
  return [
    ...checks.range.flatMap(({ min, max }, i) =>
      min !== undefined && max !== undefined && min > max
        ? [fault([...path, 'range', i, 'min'], say.upsideDown(), say.swap())]
        : [],
    ),
    ...checkAlarmNames(checks, path),
    ...checks.threshold.flatMap((threshold, i) =>
      checkThreshold(threshold, boundsOf(threshold.quantity, checks, limits), [...path, 'threshold', i]),
    ),
  ];
}

function checkPolling(
  { id, type, schedule, alarmSchedule, threshold, deviceType, options }: DeviceConfig,
  path: Path,
): Fault[] {
  const isNeverAsked = schedule === undefined && deviceType.needsSchedule?.(options) === true;
  const check = (expression: string | undefined, name: 'schedule' | 'alarmSchedule'): Fault[] => {
    if (expression === undefined) return [];
    const at = [...path, name];
    if (!isCronExpression(expression)) return [fault(at, say.notCron({ schedule: expression }), say.writeCron())];
    return deviceType.asksFirst === true
      ? []
      : [fault(at, say.notAsked({ type, name: toKebab(name) }), common.remove())];
  };
  return [
    ...(isNeverAsked ? [fault(path, say.neverAsked({ device: id }), say.addSchedule())] : []),
    ...check(schedule, 'schedule'),
    ...check(alarmSchedule, 'alarmSchedule'),
    ...(alarmSchedule !== undefined && threshold.length === 0
      ? [fault([...path, 'alarmSchedule'], say.nothingToCross(), say.addThreshold())]
      : []),
  ];
}

function checkOptions({ deviceType, options }: DeviceConfig, transport: Place['transport'], path: Path): Fault[] {
  const doubts = deviceType.doubts?.(options, transport) ?? [];
  return doubts.map(({ option, what, mend, isFatal }) => (isFatal ? fault : note)([...path, option], what, mend));
}

function checkQuantities(
  { deviceType, options, range, threshold, batteryBelow, id }: DeviceConfig,
  path: Path,
): Fault[] {
  const known = deviceType.quantities?.(options);
  if (known === undefined) return [];
  const unknown = (quantity: string, at: Path) =>
    known.includes(quantity)
      ? []
      : [fault(at, say.noQuantity({ device: id, quantity }), suggestedName(quantity, known, common.remove()))];
  return [
    ...range.flatMap(({ quantity }, i) => unknown(quantity, [...path, 'range', i, 'quantity'])),
    ...threshold.flatMap(({ quantity }, i) => unknown(quantity, [...path, 'threshold', i, 'quantity'])),
    ...(batteryBelow === undefined ? [] : unknown(batteryBelow.quantity, [...path, 'batteryBelow'])),
  ];
}

function checkAlarmNames({ threshold }: Checks, path: Path): Fault[] {
  const names = threshold.map(({ alarm }) => alarm);
  return [
    ...names.flatMap((alarm, i) =>
      alarm === SILENT || alarm === LOW_BATTERY
        ? [fault([...path, 'threshold', i, 'alarm'], say.alarmReserved({ alarm }), say.ownAlarm())]
        : [],
    ),
    ...repeats(names).map(({ index }) =>
      fault([...path, 'threshold', index, 'alarm'], say.alarmTaken({ alarm: names[index] ?? '' }), say.ownAlarm()),
    ),
  ];
}

function checkThreshold(threshold: Threshold, { min, max }: Bounds, path: Path): Fault[] {
  const { alarm, quantity, when, raise, clear } = threshold;
  const isHigh = when !== 'below';
  if (isHigh ? clear > raise : clear < raise) {
    const at = [...path, 'clear'];
    if (when === undefined) return [fault(at, say.lowUnsaid({ alarm, raise, clear }), say.sayBelow())];
    return [
      fault(at, isHigh ? say.clearAbove({ raise, clear }) : say.clearBelow({ raise, clear }), say.swapRaiseAndClear()),
    ];
  }
  const neverRaised = isForHigh(threshold) ? raise > max : raise < min;
  if (neverRaised)
    return [
      fault([...path, 'raise'], say.neverRaised({ alarm, raise, quantity, ...shown(min, max) }), say.withinBounds()),
    ];
  const neverCleared = isForHigh(threshold) ? clear <= min : clear >= max;
  return neverCleared
    ? [fault([...path, 'clear'], say.neverCleared({ alarm, clear, quantity, ...shown(min, max) }), say.withinBounds())]
    : [];
}

/** What lies outside is in doubt, and neither raises nor clears. */
function boundsOf(
  quantity: string,
  { range }: Checks,
  { [quantity]: limits }: Readonly<Record<string, Bounds>>,
): Bounds {
  const own = range.filter((each) => each.quantity === quantity);
  return {
    min: Math.max(limits?.min ?? -Infinity, ...own.map(({ min }) => min ?? -Infinity)),
    max: Math.min(limits?.max ?? Infinity, ...own.map(({ max }) => max ?? Infinity)),
  };
}

function shown(min: number, max: number) {
  return { min: Number.isFinite(min) ? min : '…', max: Number.isFinite(max) ? max : '…' };
}
