import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  downlinkMessage,
  id6Of,
  parseDiscovery,
  parseId6,
  parseStationMessage,
  timeMessage,
} from '../../../../gateway/ports/basics-station/messages.ts';

const upinfo = '{"rctx":0,"xtime":12666375221,"gpstime":0,"rssi":-73,"snr":9.25}';
const radio = `"DR":5,"Freq":923200000,"upinfo":${upinfo}`;

/** What a station makes of a PHYPayload (doc.sm.tc/station: "jreq", "updf", "propdf"): 32-bit integers have a sign. */
function takenApart(frame: Buffer): string {
  const mhdr = frame.readUInt8(0);
  const hex = (from: number, to: number) => frame.subarray(from, to).toString('hex').toUpperCase();
  const eui = (at: number) => (hex(at, at + 8).match(/../g) ?? []).reverse().join('-');
  const mic = () => frame.readInt32LE(frame.length - 4);
  switch (mhdr >> 5) {
    case 0: {
      const euis = `"JoinEui":"${eui(1)}","DevEui":"${eui(9)}"`;
      return `{"msgtype":"jreq","MHdr":${mhdr},${euis},"DevNonce":${frame.readUInt16LE(17)},"MIC":${mic()},${radio}}`;
    }
    case 7:
      return `{"msgtype":"propdf","FRMPayload":"${hex(0, frame.length)}",${radio}}`;
    default: {
      const fctrl = frame.readUInt8(5);
      const portAt = 8 + (fctrl & 15);
      const micAt = frame.length - 4;
      const port = portAt === micAt ? -1 : frame.readUInt8(portAt);
      const head = `"MHdr":${mhdr},"DevAddr":${frame.readInt32LE(1)},"FCtrl":${fctrl},"FCnt":${frame.readUInt16LE(6)}`;
      const content = `"FOpts":"${hex(8, portAt)}","FPort":${port},"FRMPayload":"${hex(portAt + 1, micAt)}"`;
      return `{"msgtype":"updf",${head},${content},"MIC":${mic()},${radio}}`;
    }
  }
}

const bytes = (minLength: number, maxLength = minLength) => fc.uint8Array({ minLength, maxLength });
const joinRequest = bytes(22).map((rest) => Buffer.from([0x00, ...rest]));
const proprietary = bytes(0, 200).map((rest) => Buffer.from([0xe0, ...rest]));
const dataFrame = fc
  .record({
    mhdr: fc.constantFrom(0x40, 0x80),
    devAddr: bytes(4),
    flags: fc.integer({ min: 0, max: 15 }),
    fCnt: bytes(2),
    fOpts: bytes(0, 15),
    content: fc.option(bytes(1, 200)),
    mic: bytes(4),
  })
  .map(({ mhdr, devAddr, flags, fCnt, fOpts, content, mic }) =>
    Buffer.from([mhdr, ...devAddr, (flags << 4) | fOpts.length, ...fCnt, ...fOpts, ...(content ?? []), ...mic]),
  );

test('a frame that the station has taken apart is put together again byte for byte', () => {
  fc.assert(
    fc.property(fc.oneof(joinRequest, dataFrame, proprietary), (frame) => {
      const parsed = parseStationMessage(takenApart(frame));
      if (!parsed.ok || parsed.message.kind !== 'uplink') throw new Error(JSON.stringify(parsed));
      expect(Buffer.from(parsed.message.bytes).toString('hex')).toBe(frame.toString('hex'));
    }),
  );
});

test('the times of the station keep every digit, up and down', () => {
  fc.assert(
    fc.property(
      fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
      fc.bigInt({ min: 0n, max: 2n ** 63n - 1n }),
      (xtime, rctx) => {
        const own = `{"rctx":${rctx} ,"xtime" : ${xtime},"gpstime":0,"rssi":-73,"snr":9.25}`;
        const parsed = parseStationMessage(
          `{"msgtype":"propdf","FRMPayload":"E001","DR":5,"Freq":923200000,"upinfo":${own}}`,
        );
        if (!parsed.ok || parsed.message.kind !== 'uplink') throw new Error(JSON.stringify(parsed));
        const { context } = parsed.message;
        expect(context).toEqual({ xtime, rctx });
        const down = downlinkMessage({
          id: 1,
          bytes: Uint8Array.of(0x60),
          devEui: '0123456789abcdef',
          delayS: 1,
          context,
        });
        expect(down).toContain(`"xtime":${xtime},"rctx":${rctx}}`);
      },
    ),
  );
});

test('nothing that a station could send makes the parser throw', () => {
  const names = fc.constantFrom('jreq', 'updf', 'propdf', 'dntxed', 'timesync', 'version', 'rmtsh');
  const garbled = fc
    .record({ msgtype: names })
    .chain((named) => fc.jsonValue().map((more) => ({ ...Object(more), ...named })));
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.json(),
        garbled.map((value) => JSON.stringify(value)),
      ),
      (text) => {
        expect(parseStationMessage(text)).toHaveProperty('ok');
        parseDiscovery(text);
      },
    ),
  );
});

test('a frame without FPort is told from one with FPort 0', () => {
  const without = Buffer.from('400100002600050011223344', 'hex');
  const withPort0 = Buffer.from('40010000260005000011223344', 'hex');
  for (const frame of [without, withPort0]) {
    expect(parseStationMessage(takenApart(frame))).toMatchObject({ ok: true, message: { bytes: frame } });
  }
});

test('fields that contradict each other are malformed', () => {
  const updf = (more: string) => `{"msgtype":"updf","MHdr":64,"DevAddr":1,"FCnt":5,"MIC":-7,${more},${radio}}`;
  for (const wrong of [
    updf('"FCtrl":2,"FOpts":"02","FPort":1,"FRMPayload":""'),
    updf('"FCtrl":0,"FOpts":"","FPort":-1,"FRMPayload":"00"'),
    updf('"FCtrl":0,"FOpts":"","FPort":1,"FRMPayload":"0"'),
    updf('"FCtrl":0,"FOpts":"","FPort":256,"FRMPayload":""'),
  ]) {
    expect(parseStationMessage(wrong)).toMatchObject({ ok: false, code: 'malformed' });
  }
});

test('what is no message is of an unknown format, and a message that is not known is handed on by its name', () => {
  for (const wrong of ['', 'null', '[]', '"updf"', '{"msgtype":5}', '{"router":"::1"}', '{"msgtype":"updf"']) {
    expect(parseStationMessage(wrong)).toMatchObject({ ok: false, code: 'unknown-format' });
  }
  expect(parseStationMessage('{"msgtype":"getxtime","ustime":1.5}')).toEqual({
    ok: true,
    message: { kind: 'other', msgtype: 'getxtime' },
  });
});

test('a downlink for both windows is the dnmsg of the documentation', () => {
  const text = downlinkMessage({
    id: 7,
    bytes: Uint8Array.of(0x60, 0x0a),
    devEui: '70b3d57ed0001a2b',
    delayS: 5,
    rx1: { dataRate: 5, frequencyHz: 923_400_000 },
    rx2: { dataRate: 2, frequencyHz: 923_200_000 },
    context: { xtime: 281_474_976_710_661n, rctx: 3n },
  });
  expect(JSON.parse(text)).toEqual({
    msgtype: 'dnmsg',
    DevEui: '70-B3-D5-7E-D0-00-1A-2B',
    dC: 0,
    diid: 7,
    pdu: '600a',
    RxDelay: 5,
    RX1DR: 5,
    RX1Freq: 923_400_000,
    RX2DR: 2,
    RX2Freq: 923_200_000,
    priority: 1,
    xtime: 281_474_976_710_661,
    rctx: 3,
  });
});

test('the time goes back to the station with its own', () => {
  expect(timeMessage(9_007_199_254_740_993n, 1_400_000_000_000_000)).toBe(
    '{"msgtype":"timesync","gpstime":1400000000000000,"txtime":9007199254740993}',
  );
});

test('ID6 is read in every form that the documentation gives it', () => {
  expect(parseId6('b827:ebff:fe12:3456')).toBe('b827ebfffe123456');
  expect(parseId6('::0')).toBe('0000000000000000');
  expect(parseId6('1::')).toBe('0001000000000000');
  expect(parseId6('::a:b')).toBe('00000000000a000b');
  expect(parseId6('f::1')).toBe('000f000000000001');
  for (const wrong of ['', ':', '1:2:3', '1:2:3:4:5', '1::2::3', '1:2:3:4::', 'g::1', '12345::']) {
    expect(parseId6(wrong)).toBeUndefined();
  }
  expect(id6Of('b827ebfffe120056')).toBe('b827:ebff:fe12:56');
});

test('a station says who it is by ID6, EUI or number', () => {
  expect(parseDiscovery('{"router":"b827:ebff:fe12:3456"}')).toBe('b827ebfffe123456');
  expect(parseDiscovery('{"router":"B8-27-EB-FF-FE-12-34-56"}')).toBe('b827ebfffe123456');
  expect(parseDiscovery('{"router":13269834311782249558}')).toBe('b827ebfffe123456');
  for (const wrong of ['{}', '{"router":-1}', '{"router":"x"}', '{"router":18446744073709551616}', 'null', '[1']) {
    expect(parseDiscovery(wrong)).toBeUndefined();
  }
});
