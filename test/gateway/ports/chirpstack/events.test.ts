import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseChirpstackEvent } from '../../../../gateway/ports/chirpstack/events.ts';

const application = '3c1f7a52-0d9e-4b58-9f3e-6a2b1c4d5e6f';
const devEui = '70b3d57ed0001a2b';
const topic = (event: string) => `application/${application}/device/${devEui}/event/${event}`;
const bytes = (json: unknown) => Buffer.from(typeof json === 'string' ? json : JSON.stringify(json));

function eventOf(name: string, json: object) {
  const parsed = parseChirpstackEvent(topic(name), bytes(json));
  if (!parsed.ok) throw new Error(parsed.detail.en);
  return parsed.event;
}

/** Shapes and names as in ChirpStack's documentation of its events; the values are made up. */
const deviceInfo = {
  tenantId: '52f14cd4-c6f1-4fbd-8f87-4025e1d49242',
  tenantName: 'Toyama',
  applicationId: application,
  applicationName: 'rivers',
  deviceProfileName: 'level',
  deviceName: 'bridge',
  devEui,
  tags: { river: 'Jinzu' },
};
const deduplicationId = '3ac7e3c4-4401-4b8d-9386-a5c902f9202d';
const time = '2026-01-15T02:59:58.123456789+00:00';
const frame = { deduplicationId, time, deviceInfo };

test('an uplink has its payload, its counter and everyone who heard it, the best first', () => {
  const up = {
    ...frame,
    devAddr: '00189440',
    adr: true,
    dr: 1,
    fCnt: 70_000,
    fPort: 2,
    confirmed: true,
    data: 'AWcA5g==',
    object: { temperature: 23 },
    rxInfo: [
      {
        gatewayId: '0016c001f153a14c',
        uplinkId: 4217106255,
        gwTime: time,
        rssi: -101,
        snr: -3.5,
        channel: 3,
        crcStatus: 'CRC_OK',
      },
      { gatewayId: 'b827ebfffe123456', nsTime: time, rssi: -80, context: 'E3OWOQ==' },
    ],
    txInfo: {
      frequency: 923_200_000,
      modulation: { lora: { bandwidth: 125_000, spreadingFactor: 10, codeRate: 'CR_4_5' } },
    },
  };
  expect(eventOf('up', up)).toEqual({
    kind: 'up',
    application,
    devEui,
    time: Date.parse('2026-01-15T02:59:58.123Z'),
    id: `up ${deduplicationId}`,
    frameCounter: 70_000,
    port: 2,
    bytes: Uint8Array.of(0x01, 0x67, 0x00, 0xe6),
    object: { temperature: 23 },
    receptions: [
      { station: 'b827ebfffe123456', rssi: -80 },
      { station: '0016c001f153a14c', rssi: -101, snr: -3.5 },
    ],
  });
});

test('what is absent has its default: counter 0, port 0, no payload, nobody who heard it, the DevEUI of the topic', () => {
  expect(eventOf('up', {})).toEqual({
    kind: 'up',
    application,
    devEui,
    id: 'up 0 ',
    frameCounter: 0,
    port: 0,
    bytes: new Uint8Array(0),
    receptions: [],
  });
});

test('without a deduplication id counter and time tell a repetition', () => {
  expect(eventOf('up', { fCnt: 7, time }).id).toBe(eventOf('up', { fCnt: 7, time }).id);
  expect(eventOf('up', { fCnt: 7, time }).id).not.toBe(eventOf('up', { fCnt: 8, time }).id);
});

test('an object that a codec left empty counts as none', () => {
  for (const object of [{}, null]) expect(eventOf('up', { ...frame, object })).not.toHaveProperty('object');
});

test('a status says the battery only where the device can tell', () => {
  const status = (more: object) => eventOf('status', { ...frame, margin: 7, ...more });
  expect(status({ batteryLevel: 98.03 })).toMatchObject({ linkMargin: 7, externalPower: false, batteryLevel: 98.03 });
  expect(status({ batteryLevelUnavailable: true })).not.toHaveProperty('batteryLevel');
  expect(status({ externalPowerSource: true })).toMatchObject({ externalPower: true });
  expect(status({ batteryLevel: 'NaN' })).toMatchObject({ batteryLevel: 0 });
});

test('a location has its place, and its height where there is one', () => {
  const at = { latitude: 36.69, longitude: 137.21, source: 'GEO_RESOLVER_TDOA', accuracy: 30 };
  expect(eventOf('location', { ...frame, location: at })).toMatchObject({ kind: 'location', lat: 36.69, lon: 137.21 });
  expect(eventOf('location', { ...frame, location: { ...at, altitude: 12 } })).toMatchObject({ altitude: 12 });
});

test('what became of a downlink goes with its item of the queue', () => {
  const queueItemId = '7a4f4a3b-98f5-4d4d-b4ae-9a1b5f4a3c11';
  expect(
    eventOf('txack', { time, deviceInfo, queueItemId, fCntDown: 12, gatewayId: 'b827ebfffe123456' }),
  ).toMatchObject({
    kind: 'downlink',
    queueItem: queueItemId,
    result: 'sent',
  });
  expect(eventOf('ack', { ...frame, queueItemId, acknowledged: true })).toMatchObject({ result: 'acknowledged' });
  expect(eventOf('ack', { ...frame, queueItemId })).toMatchObject({ result: 'not-acknowledged' });
  expect(eventOf('txack', { time, deviceInfo })).toMatchObject({ kind: 'other' });
});

test('an entry of the log has its level, its code and its words', () => {
  const entry = {
    time,
    deviceInfo,
    level: 'ERROR',
    code: 'UPLINK_CODEC',
    description: 'JS error',
    context: { a: 'b' },
  };
  expect(eventOf('log', entry)).toMatchObject({
    kind: 'log',
    level: 'ERROR',
    code: 'UPLINK_CODEC',
    description: 'JS error',
  });
  expect(eventOf('log', {})).toMatchObject({ level: 'INFO', code: 'UNKNOWN', description: '' });
});

test('a join, and what is of another integration, are known as such', () => {
  expect(eventOf('join', { ...frame, devAddr: '00189440' })).toMatchObject({ kind: 'join', devEui });
  expect(eventOf('integration', { ...frame, integrationName: 'x', object: {} })).toMatchObject({ kind: 'other' });
});

test('what is no JSON, has a wrong field or another topic is told apart', () => {
  const code = (name: string, json: unknown) => {
    const parsed = parseChirpstackEvent(name, bytes(json));
    return parsed.ok ? 'ok' : parsed.code;
  };
  for (const wrong of ['', 'null', '[]', '5', '{"fCnt":']) expect(code(topic('up'), wrong)).toBe('unknown-format');
  for (const wrong of [
    { fCnt: -1 },
    { fPort: 256 },
    { data: '*' },
    { data: 'A'.repeat(400) },
    { rxInfo: {} },
    { object: 5 },
  ]) {
    expect(code(topic('up'), wrong)).toBe('malformed');
  }
  expect(code(topic('location'), {})).toBe('malformed');
  for (const wrong of ['application/1/device/123/event/up', 'application//device/70b3d57ed0001a2b/event/up', 'x']) {
    expect(code(wrong, {})).toBe('unknown-address');
  }
});

test('no payload makes the parser throw', () => {
  const name = fc.constantFrom('up', 'join', 'ack', 'txack', 'status', 'log', 'location', 'integration', 'later');
  const key = fc.constantFrom(
    'time',
    'fCnt',
    'fPort',
    'data',
    'object',
    'rxInfo',
    'deviceInfo',
    'location',
    'margin',
    'level',
  );
  fc.assert(
    fc.property(
      name,
      fc.oneof(
        fc.json(),
        fc.dictionary(key, fc.jsonValue()).map((value) => JSON.stringify(value)),
      ),
      (event, json) => {
        expect(parseChirpstackEvent(topic(event), bytes(json))).toHaveProperty('ok');
      },
    ),
  );
});

test('of more stations than a reading can name, those that heard it best are kept', () => {
  const rxInfo = Array.from({ length: 200 }, (_, n) => ({ gatewayId: `s${n}`, rssi: -140 + ((n * 37) % 100) }));
  const event = eventOf('up', { ...frame, fCnt: 1, fPort: 2, data: 'AWcA5g==', rxInfo });
  if (event.kind !== 'up') throw new Error(event.kind);
  expect(event.receptions).toHaveLength(64);
  const kept = rxInfo
    .map(({ rssi }) => rssi)
    .sort((a, b) => b - a)
    .slice(0, 64);
  expect(event.receptions.map(({ rssi }) => rssi)).toEqual(kept);
});

test('an event of ChirpStack v3 is refused by name', () => {
  const up = {
    applicationID: '7',
    applicationName: 'rivers',
    deviceName: 'bridge',
    devEUI: 'cLPVftAAGis=',
    rxInfo: [{ gatewayID: 'uCfr//4SNFY=', rssi: -80, loRaSNR: 7 }],
    fCnt: 12,
    fPort: 2,
    data: 'AWcA5g==',
    objectJSON: '{"temperature":23}',
  };
  for (const [name, json] of [
    ['up', up],
    ['join', { applicationID: '7', devEUI: 'cLPVftAAGis=', devAddr: 'ABiUQA==' }],
  ] as const) {
    const parsed = parseChirpstackEvent(topic(name), bytes(json));
    expect(parsed).toMatchObject({ ok: false, code: 'unknown-format' });
    expect(!parsed.ok && parsed.detail.en).toContain(`event ${name} is from a ChirpStack v3`);
  }
});
