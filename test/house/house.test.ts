/** The house keeps its own rules: who imports whom, no circle, no file too long, nothing of Node where a browser is. */
import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { repositoryRoot } from '../repository-root.ts';
import { circleIn, faultOf, importsIn, importsOf, roomOf } from './imports.ts';
import { maxLines, ROOMS } from './rules.ts';

const files = ['shared', 'devices', 'gateway', 'simulators'].flatMap((folder) =>
  readdirSync(`${repositoryRoot}/${folder}`, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
    .map((file) => `${folder}/${file}`),
);
const imports = importsIn(files, repositoryRoot);

test('every import is one that the table allows', () => {
  expect(imports.length).toBeGreaterThan(1_000); // the reader does read
  expect(imports.flatMap((each) => faultOf(each) ?? [])).toEqual([]);
});

test('no file imports itself in a circle', () => {
  expect(circleIn(imports)).toBeUndefined();
});

test('the table itself runs one way: a room may only import rooms above it in the list, but for its own parts', () => {
  for (const [at, { place, may, mayTypes = [] }] of ROOMS.entries()) {
    for (const allowed of [...may, ...mayTypes]) {
      const index = ROOMS.findIndex((room) => room.place === allowed);
      expect(index, `${place} → ${allowed}`).toBeGreaterThanOrEqual(0);
      const isOwnPart = place.startsWith(`${allowed}/`);
      if (!isOwnPart) expect(index, `${place} → ${allowed}`).toBeLessThan(at);
    }
  }
});

test('no product file is too long to read in one go', () => {
  const long = files.filter(
    (file) => readFileSync(`${repositoryRoot}/${file}`, 'utf8').split('\n').length > maxLines + 1,
  );
  expect(long).toEqual([]);
});

test.each([
  ["import { a } from './b.ts';", 'shared/b.ts'],
  ["export { a } from './feed/c.ts';", 'shared/feed/c.ts'],
  ["const { a } = await import('../gateway/run.ts');", 'gateway/run.ts'],
  ["import 'ws';", 'ws'],
  ["import {\n  a,\n  b,\n} from 'node:fs';", 'node:fs'],
])('%s is read as an import', (text, to) => {
  expect(importsOf('shared/a.ts', text)).toEqual([{ from: 'shared/a.ts', to }]);
});

test('an import of types is read as one, and is allowed where only types are', () => {
  const text = "import { b } from './b.ts';\nimport type {\n  A,\n} from '../../status/status.ts';";
  const from = 'gateway/console/page/a.ts';
  const [values, types] = importsOf(from, text);
  expect(values).toEqual({ from, to: 'gateway/console/page/b.ts' });
  expect(types).toEqual({ from, to: 'gateway/status/status.ts', isOfTypes: true });
  expect(faultOf({ from, to: 'gateway/status/status.ts', isOfTypes: true })).toBeUndefined();
  expect(faultOf({ from, to: 'gateway/status/status.ts' })).toMatch(/import types only/);
  expect(faultOf({ from, to: 'gateway/buffer/buffer.ts', isOfTypes: true })).toMatch(/may not import gateway\/buffer/);
});

test.each([
  ['shared/reading.ts', 'devices/gps/nmea.ts', /shared may not import devices; shared\/ is the contract/],
  ['simulators/sensors/gps.ts', 'devices/gps/nmea.ts', /a wrong decoder must not hide behind a matching encoder/],
  ['gateway/ports/tcp.ts', 'gateway/intake/intake.ts', /a port hands over what comes to its receiver/],
  [
    'gateway/cli/check.ts',
    'simulators/town/fleet.ts',
    /only demo\/, simulate\.ts, record\.ts and replay\.ts may load simulators/,
  ],
  ['gateway/intake/intake.ts', 'better-sqlite3', /only the buffer knows SQLite/],
  ['shared/feed/cbor.ts', 'node:zlib', /this also runs in a browser/],
  ['devices/gps/nmea.ts', 'node:fs', /this also runs in a browser/],
  ['gateway/console/page/app.tsx', 'node:fs', /this also runs in a browser/],
  ['extra/new.ts', 'shared/reading.ts', /in no room: give it a row/],
])('%s importing %s is a fault that says what to do', (from, to, expected) => {
  expect(faultOf({ from, to })).toMatch(expected);
});

test.each([
  ['devices/lorawan/aes.ts', 'node:crypto'],
  ['gateway/cli/simulate.ts', 'simulators/town/fleet.ts'],
  ['gateway/ports/basics-station/basics-station.ts', 'ws'],
  ['gateway/run-port.ts', 'gateway/ports/port.ts'],
])('%s may import %s', (from, to) => {
  expect(faultOf({ from, to })).toBeUndefined();
});

test('the narrowest place is the room', () => {
  expect(roomOf('gateway/cli/demo/demo.ts')?.place).toBe('gateway/cli/demo');
  expect(roomOf('gateway/cli/check.ts')?.place).toBe('gateway/cli');
});

test('a circle is found and named', () => {
  const [a, b, c] = ['a.ts', 'b.ts', 'c.ts'];
  const circle = [a, b, c].map((from, i) => ({ from, to: [b, c, a][i] ?? '' }));
  expect(circleIn([{ from: 'x.ts', to: a }, ...circle])).toEqual([a, b, c, a]);
  expect(circleIn(circle.slice(0, 2))).toBeUndefined();
});
