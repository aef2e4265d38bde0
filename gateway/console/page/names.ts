/** What the gateway names by a code, in words. A name that is not known here is somebody else's, and is shown as it is. */
import type { RubbishCode } from '../../../devices/device-type.ts';
import { LOW_BATTERY, type Quality, SILENT } from '../../../shared/reading.ts';
import { foreign, type Text } from '../../../shared/text.ts';
import type { DeviceStatus } from '../../status/status.ts';
import { levelOf } from './levels.ts';
import { say as quantity } from './quantity-words.ts';
import { say as rubbish } from './rubbish-words.ts';
import { say } from './words.ts';

const QUANTITIES: Readonly<Record<string, () => Text>> = {
  ...{ level: quantity.level, distance: quantity.distance, temperature: quantity.temperature },
  ...{ humidity: quantity.humidity, pressure: quantity.pressure, battery: quantity.battery },
  ...{ entered: quantity.entered, left: quantity.left, rssi: quantity.rssi, rssiMean: quantity.rssiMean },
  ...{ snr: quantity.snr, count: quantity.count, firstAt: quantity.firstAt, lastAt: quantity.lastAt },
  ...{ tag: quantity.tag, operator: quantity.operator, lat: quantity.lat, lon: quantity.lon },
  ...{ altitude: quantity.altitude, speed: quantity.speed, course: quantity.course, hdop: quantity.hdop },
  ...{ satellites: quantity.satellites, fix: quantity.fix, rainfall: quantity.rainfall, flow: quantity.flow },
  ...{ margin: quantity.margin, online: quantity.online, alarm: quantity.alarm, state: quantity.state },
  ...{ limit: quantity.limit, quantity: quantity.quantity, value: quantity.value },
};

const RUBBISH: Readonly<Record<RubbishCode, () => Text>> = {
  noise: rubbish.noise,
  'too-long': rubbish.tooLong,
  truncated: rubbish.truncated,
  'bad-checksum': rubbish.badChecksum,
  malformed: rubbish.malformed,
  'unknown-format': rubbish.unknownFormat,
  'changed-shape': rubbish.changedShape,
  'unknown-address': rubbish.unknownAddress,
  'not-allowed': rubbish.notAllowed,
  retained: rubbish.retained,
  unexpected: rubbish.unexpected,
  'no-answer': rubbish.noAnswer,
  'device-error': rubbish.deviceError,
  deaf: rubbish.deaf,
  'bad-mic': rubbish.badMic,
  replay: rubbish.replay,
  'counter-reset': rubbish.counterReset,
  'over-limit': rubbish.overLimit,
  'codec-fault': rubbish.codecFault,
  'no-time': rubbish.noTime,
};

const QUALITY: Readonly<Record<Quality, () => Text>> = {
  'out-of-range': say.outOfRange,
  'changing-too-fast': say.changingTooFast,
  'clock-unsynchronised': say.clockUnset,
  'no-target': say.noTarget,
  'not-a-number': say.notANumber,
  'device-fault': say.deviceFault,
  stale: say.stale,
  uncertain: say.uncertain,
  undecoded: say.undecoded,
};

const STATES: Readonly<Record<DeviceStatus['state'], () => Text>> = {
  reporting: say.reporting,
  waiting: say.waiting,
  silent: say.silent,
  maintenance: say.maintenance,
};

export const quantityName = (name: string): Text => known(QUANTITIES, name);
export const rubbishName = (code: string): Text => known(RUBBISH, code);
export const qualityName = (quality: string): Text => known(QUALITY, quality);
export const stateName = (state: string): Text => known(STATES, state);
export const alarmName = (alarm: string): Text =>
  known({ [SILENT]: say.silentAlarm, [LOW_BATTERY]: say.lowBattery }, alarm);

/** With the level that the name tells, if it tells one. */
export function thresholdName(alarm: string): Text {
  const level = levelOf(alarm);
  return level === undefined ? alarmName(alarm) : say.levelAndName({ level, name: alarmName(alarm) });
}

function known(names: Readonly<Record<string, () => Text>>, name: string): Text {
  return (Object.hasOwn(names, name) ? names[name]?.() : undefined) ?? foreign(name);
}
