import fc from 'fast-check';
import { expect, test } from 'vitest';
import { GpsdLogReader } from '../../../gateway/recording/gpsd-log.ts';
import type { Entry } from '../../../gateway/recording/recorded.ts';
import { formatOf } from '../../../gateway/recording/recording.ts';

function read(log: Uint8Array | string, size = 65_536): Entry[] {
  const reader = new GpsdLogReader();
  const bytes = Buffer.from(log);
  const entries: Entry[] = [];
  for (let at = 0; at < bytes.length; at += size) entries.push(...reader.push(bytes.subarray(at, at + size)));
  return [...entries, ...reader.end()];
}

const saidIn = (entries: readonly Entry[]) =>
  entries.flatMap((each) => ('record' in each ? [[each.record.at, Buffer.from(each.record.bytes).toString()]] : []));

const rmc = (second: number) => `$GPRMC,1200${String(second).padStart(2, '0')}.00,A,,,,,,,,,*00\r\n`;
const gga = (second: number) => `$GPGGA,1200${String(second).padStart(2, '0')}.00,,,,,,,,,,,,,*00\r\n`;
const gsv = '$GPGSV,1,1,00*79\r\n';
const tpv = (time: string) => `{"class":"TPV","device":"/dev/ttyACM0","time":"${time}","lat":35.0}\r\n`;

test('objects and comments are gpsd’s; sentences have the time of the report that follows them', () => {
  const log = [
    '# comment\n',
    '{"class":"VERSION","release":"3.25"}\r\n',
    rmc(0),
    gsv,
    tpv('2024-06-15T12:00:00.000Z'),
    rmc(1),
    tpv('2024-06-15T12:00:01.500Z'),
    gsv,
  ].join('');
  const at = Date.UTC(2024, 5, 15, 12);
  expect(saidIn(read(log))).toEqual([
    [at, rmc(0)],
    [at, gsv],
    [at + 1_500, rmc(1)],
    [at + 1_500, gsv],
  ]);
});

test('without times an epoch is a second, whatever sentences it has', () => {
  const log = [0, 1, 2, 3, 4].map((second) => rmc(second) + gga(second) + gsv).join('');
  const expected = [0, 1, 2, 3, 4].flatMap((second) =>
    [rmc(second), gga(second), gsv].map((line) => [second * 1_000, line]),
  );
  expect(saidIn(read(log))).toEqual(expected);
  const untimed = `${gsv}$GPVTG,,T*00\r\n`.repeat(4);
  expect(saidIn(read(untimed)).map(([at]) => at)).toEqual([0, 0, 1_000, 1_000, 2_000, 2_000, 3_000, 3_000]);
});

test('a time that comes after the rhythm was assumed does not make the log jump', () => {
  const log = [0, 1, 2, 3, 4].map(rmc).join('') + tpv('2024-06-15T12:00:00.000Z') + rmc(5);
  expect(saidIn(read(log)).map(([at]) => at)).toEqual([0, 1_000, 2_000, 3_000, 4_000, 5_000]);
});

test('what a receiver sent comes out unchanged, whatever it is, in pieces of any size', () => {
  const line = fc.oneof(
    fc.constantFrom(rmc(0), rmc(1), gsv, tpv('2024-06-15T12:00:00.000Z'), '{"class":"SKY"}\r\n', '# note\n'),
    fc.uint8Array({ maxLength: 80 }).map((bytes) => `!${Buffer.from(bytes).toString('hex')}\n`),
  );
  fc.assert(
    fc.property(fc.array(line), fc.integer({ min: 1, max: 100 }), (lines, size) => {
      const first = lines.findIndex((each) => /^[$!]/.test(each));
      const own = lines.filter(
        (each, i) => !each.startsWith('{"class"') && !(each.startsWith('#') && (first < 0 || i < first)),
      );
      const said = saidIn(read(lines.join(''), size));
      expect(said.map(([, text]) => text).join('')).toBe(own.join(''));
    }),
  );
});

test('bytes without a line end are not kept', () => {
  const reader = new GpsdLogReader();
  let bytes = 0;
  for (let i = 0; i < 100; i++) {
    for (const entry of reader.push(new Uint8Array(64 * 1024).fill(0x55)))
      if ('record' in entry) bytes += entry.record.bytes.length;
  }
  for (const entry of reader.end()) if ('record' in entry) bytes += entry.record.bytes.length;
  expect(bytes).toBe(100 * 64 * 1024);
});

test('an object that is too long is left out to its end, and said', () => {
  const long = `{"class":"SKY","satellites":"${'x'.repeat(200_000)}"}\n`;
  const entries = read(`${gsv}${long}${rmc(1)}`, 1_000);
  expect(saidIn(entries).map(([, text]) => text)).toEqual([gsv, rmc(1)]);
  expect(entries.filter((each) => 'damage' in each)).toMatchObject([{ damage: { offset: gsv.length } }]);
});

test('a line of a receiver that begins like a comment is the receiver’s, except at the top', () => {
  const log = `# comment\n# another\n${rmc(0)}#\u00b5b${rmc(1)}`;
  expect(saidIn(read(log)).map(([, text]) => text)).toEqual([rmc(0), `#\u00b5b${rmc(1)}`]);
});

test('comments alone make no log: frames that were recorded as hexadecimal begin with them too', () => {
  expect(formatOf(Buffer.from(`# comment\n# more\n\n${rmc(0)}`))).toBe('gpsd-log');
  expect(
    formatOf(Buffer.from('# box, river, 2026-05-01T12:00:00.000Z\n# machimori decode …\n5231320d\n')),
  ).toBeUndefined();
});
