/** A codec of the usual size and make: some 3 kB, a loop over records of type and value, as makers publish them. */
import type { Codec } from '../../gateway/codecs/codec.ts';

/** Battery, temperature, humidity, level, position, counts, and a serial number. */
export const samplePayload: readonly number[] = [
  0x01, 0x64, 0x02, 0x00, 0xea, 0x03, 0x7b, 0x04, 0x04, 0xd2, 0x05, 0x02, 0x1e, 0x4d, 0x90, 0x08, 0x14, 0x5c, 0x70,
  0x06, 0x00, 0x0c, 0x00, 0x09, 0x07, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07,
];

/** Each number gives a codec of its own. */
export function sampleCodec(number: number): Codec {
  return { name: `sensor-${number}.js`, source: source.replace('= MODEL;', `= ${number};`) };
}

const source = `
var MODEL = MODEL;

var RECORDS = {
  1: { name: 'battery', length: 1, unit: '%EL', read: function (bytes, at) { return bytes[at]; } },
  2: { name: 'temperature', length: 2, unit: 'Cel', read: function (bytes, at) { return signed16(bytes, at) / 10; } },
  3: { name: 'humidity', length: 1, unit: '%RH', read: function (bytes, at) { return bytes[at] / 2; } },
  4: { name: 'level', length: 2, unit: 'm', read: function (bytes, at) { return unsigned16(bytes, at) / 1000; } },
  5: { name: 'position', length: 8, unit: 'deg', read: readPosition },
  6: { name: 'counts', length: 4, unit: 'count', read: readCounts },
  7: { name: 'serial', length: 8, unit: '', read: readSerial }
};

var STATES = { 0: 'normal', 1: 'tamper', 2: 'low battery', 3: 'fault of the sensor' };

function unsigned16(bytes, at) {
  return (bytes[at] << 8) | bytes[at + 1];
}

function signed16(bytes, at) {
  var value = unsigned16(bytes, at);
  return value > 0x7fff ? value - 0x10000 : value;
}

function signed32(bytes, at) {
  return (bytes[at] << 24) | (bytes[at + 1] << 16) | (bytes[at + 2] << 8) | bytes[at + 3];
}

function readPosition(bytes, at) {
  return { latitude: signed32(bytes, at) / 1000000, longitude: signed32(bytes, at + 4) / 1000000 };
}

function readCounts(bytes, at) {
  var entered = unsigned16(bytes, at);
  var left = unsigned16(bytes, at + 2);
  return { entered: entered, left: left, inside: Math.max(0, entered - left) };
}

function readSerial(bytes, at) {
  var text = '';
  for (var i = 0; i < 8; i++) {
    text += ('0' + bytes[at + i].toString(16)).slice(-2);
  }
  return text;
}

function decodeUplink(input) {
  var bytes = input.bytes;
  var data = { model: MODEL, receivedAt: input.recvTime.toISOString() };
  var warnings = [];
  if (input.fPort !== 2) {
    return { errors: ['unknown port ' + input.fPort] };
  }
  for (var at = 0; at < bytes.length; ) {
    var record = RECORDS[bytes[at++]];
    if (record === undefined) {
      warnings.push('unknown record at byte ' + (at - 1));
      break;
    }
    if (at + record.length > bytes.length) {
      return { errors: ['the payload ends within ' + record.name] };
    }
    data[record.name] = record.read(bytes, at);
    at += record.length;
  }
  if (data.battery !== undefined && data.battery < 10) {
    warnings.push(STATES[2]);
  }
  return { data: data, warnings: warnings };
}

function encodeDownlink(input) {
  var minutes = input.data.interval;
  if (typeof minutes !== 'number' || minutes < 1 || minutes > 1440) {
    return { errors: ['the interval has to be 1 to 1440 minutes'] };
  }
  return { fPort: 3, bytes: [0x01, minutes >> 8, minutes & 0xff] };
}

function decodeDownlink(input) {
  return { data: { interval: unsigned16(input.bytes, 1) } };
}
`;
