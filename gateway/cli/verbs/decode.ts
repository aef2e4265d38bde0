import { listed } from '../../../shared/text.ts';
import type { Usage } from '../verb.ts';
import { say } from '../words/decode.ts';

/** The names in devices/catalogue.ts, which is too heavy for a help page. A test compares the two. */
export const DEVICE_TYPE_NAMES = [
  'nmea',
  'maxbotix',
  'modbus',
  'people-counter',
  'line',
  'ble-hci',
  'beacon-box',
  'rylr',
  'rak3172',
  'lora-e5',
  'e220',
  'web-table',
] as const;

/** Single advertisements, whatever detector heard them. */
export const ADVERTISEMENT = 'ble-advertisement';

/** The same for devices/lorawan/describe-frame.ts. */
export const LORAWAN_KEY_NAMES = [
  'appKey',
  'nwkKey',
  'nwkSKey',
  'appSKey',
  'fNwkSIntKey',
  'sNwkSIntKey',
  'nwkSEncKey',
  'jSIntKey',
  'jSEncKey',
] as const;

export const decodeUsage = {
  name: 'decode',
  summary: say.decode(),
  arguments: {
    type: { shown: 'device-type', meaning: say.decodeType(), known: [...DEVICE_TYPE_NAMES, 'lorawan', ADVERTISEMENT] },
    file: { shown: 'file', meaning: say.decodeFile(), optional: true },
  },
  options: {
    hex: { meaning: say.optionHex() },
    option: { value: 'key=value', meaning: say.optionOption(), repeats: true },
    device: { value: 'id', meaning: say.optionDevice() },
    date: { value: 'yyyy-mm-dd', meaning: say.optionDate() },
    direction: {
      value: 'direction',
      meaning: say.optionDirection(),
      known: ['from-device', 'to-device', 'both'],
    },
  },
  notes: [
    say.deviceTypes({ types: listed(DEVICE_TYPE_NAMES) }),
    say.decodeOutputs(),
    say.decodeRecordings(),
    say.decodeExit(),
    say.advertisementForm({ example: '0201061aff4c000215…' }),
    say.lorawanForm({ example: '{"phy":"<hex>","keys":{"nwkSKey":"<hex>",…},"fCnt":n}' }),
    say.lorawanKeys({ names: listed(LORAWAN_KEY_NAMES) }),
    say.lorawanCounter(),
    say.lorawanMic(),
    say.lorawanJoin(),
    say.lorawanDevEui(),
    say.lorawanOption(),
  ],
} as const satisfies Usage;

export const codecUsage = { name: 'codec', summary: say.codec() } as const satisfies Usage;

const codec = { shown: 'codec.js', meaning: say.codecFile() } as const;

export const testCodecUsage = {
  name: 'test',
  summary: say.codecTest(),
  arguments: { codec },
  options: {
    examples: { value: 'file', meaning: say.optionExamples() },
    json: { meaning: say.optionCounts() },
  },
  notes: [say.codecTestExit()],
} as const satisfies Usage;

export const runCodecUsage = {
  name: 'run',
  summary: say.codecRun(),
  arguments: { codec },
  options: {
    function: {
      value: 'name',
      meaning: say.optionFunction(),
      default: 'decodeUplink',
      known: ['decodeUplink', 'decodeDownlink', 'encodeDownlink'],
    },
  },
  notes: [
    say.codecInputs({
      decoding: '{"fPort":1,"bytes":"01ff","recvTime":"2026-01-01T00:00:00Z"}',
      encoding: '{"data":{…}}',
    }),
    say.codecErrors({ form: '{"errors":["…"],"warnings":[],"code":"…"}' }),
    say.codecRunExit(),
  ],
} as const satisfies Usage;
