import { listed } from '../../../shared/text.ts';
import { type Verb, verb } from '../verb.ts';
import { say } from '../words/decode.ts';

/** Those of devices/catalogue.ts, which is too heavy for a help page; a test compares them. */
export const DEVICE_TYPE_NAMES = [
  'nmea',
  'maxbotix',
  'modbus',
  'people-counter',
  'line',
  'ble-hci',
  'rylr',
  'rak3172',
  'lora-e5',
  'e220',
] as const;

/** Those of devices/lorawan/describe-frame.ts, likewise. */
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

export const decodeArguments = {
  type: { shown: 'device-type', meaning: say.decodeType(), known: [...DEVICE_TYPE_NAMES, 'lorawan'] },
  file: { shown: 'file', meaning: say.decodeFile(), optional: true },
} as const;
export const decodeOptions = {
  hex: { meaning: say.optionHex() },
  option: { value: 'key=value', meaning: say.optionOption(), repeats: true },
  device: { value: 'id', meaning: say.optionDevice() },
} as const;
const decode = verb({
  name: 'decode',
  summary: say.decode(),
  arguments: decodeArguments,
  options: decodeOptions,
  notes: [
    say.deviceTypes({ types: listed(DEVICE_TYPE_NAMES) }),
    say.decodeOutputs(),
    say.decodeExit(),
    say.lorawanForm({ example: '{"phy":"<hex>","keys":{"nwkSKey":"<hex>",…},"fCnt":n}' }),
    say.lorawanKeys({ names: listed(LORAWAN_KEY_NAMES) }),
    say.lorawanCounter(),
    say.lorawanMic(),
    say.lorawanJoin(),
    say.lorawanDevEui(),
    say.lorawanOption(),
  ],
  load: async () => (await import('../decode.ts')).decode,
});

const codecFile = { shown: 'codec.js', meaning: say.codecFile() };
export const codecArguments = { codec: codecFile };
export const testOptions = {
  examples: { value: 'file', meaning: say.optionExamples() },
  json: { meaning: say.optionCounts() },
} as const;
export const runOptions = {
  function: {
    value: 'name',
    meaning: say.optionFunction(),
    default: 'decodeUplink',
    known: ['decodeUplink', 'decodeDownlink', 'encodeDownlink'],
  },
} as const;
const codec: Verb = {
  name: 'codec',
  summary: say.codec(),
  verbs: [
    verb({
      name: 'test',
      summary: say.codecTest(),
      arguments: codecArguments,
      options: testOptions,
      notes: [say.codecTestExit()],
      load: async () => (await import('../codec/test.ts')).testCodec,
    }),
    verb({
      name: 'run',
      summary: say.codecRun(),
      arguments: codecArguments,
      options: runOptions,
      notes: [
        say.codecInputs({
          decoding: '{"fPort":1,"bytes":"01ff","recvTime":"2026-01-01T00:00:00Z"}',
          encoding: '{"data":{…}}',
        }),
        say.codecErrors({ form: '{"errors":["…"],"warnings":[],"code":"…"}' }),
        say.codecRunExit(),
      ],
      load: async () => (await import('../codec/run.ts')).runCodec,
    }),
  ],
};

export const DECODE_VERBS: readonly Verb[] = [decode, codec];
