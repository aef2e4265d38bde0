/** A device of each kind of a rig, as its file has it, so that it sends some readings within seconds. */

const CHANNEL = 'channel = [{ channel = 1, type = "temperature", quantity = "air", value = 21.5 }]';
const FIELD = 'field = [{ quantity = "air", value = { is = "wave", around = 10, height = 5, period = "20s" } }]';
const TAG = '[[device.tag]]\nname = "child"\nid = "ibeacon:00112233445566778899aabbccddeeff/1/2"\ndistance = 3';

export const KIND_SAMPLES: Readonly<Record<string, string>> = {
  maxbotix: 'period = "500ms"',
  nmea: 'route = { is = "standing", lat = 36.7, lon = 137.2 }',
  'people-counter': 'start-entered = 999990',
  line: `form = "pairs"\n${FIELD}`,
  mqtt: FIELD,
  'modbus-level': 'unit = 1\ninterval = "1s"',
  'modbus-counter': 'unit = 1\ninterval = "1s"',
  'modbus-registers': 'unit = 1\ninterval = "1s"\nregister = [{ quantity = "air", address = 100, value = 21.5 }]',
  'ble-hci': `window = "2s"\n${TAG}`,
  'beacon-box': `window = "2s"\n${TAG}`,
  rylr: `address = 7\nperiod = "1s"\n${CHANNEL}`,
  rak3172: `prefix = "a1"\nperiod = "1s"\n${CHANNEL}`,
  'lora-e5': `prefix = "a1"\nperiod = "1s"\n${CHANNEL}`,
  e220: `prefix = "a1"\nperiod = "1s"\n${CHANNEL}`,
};
