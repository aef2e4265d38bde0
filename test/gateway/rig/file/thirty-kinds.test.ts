/** Thirty kinds of mistakes and more, and what is told of each in both languages: thirty-kinds.txt is read by people. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeEach, expect, test } from 'vitest';
import { formatFault } from '../../../../gateway/config/config.ts';
import { readRig, readRigFile } from '../../../../gateway/rig/file/rig-file.ts';
import { expectBothLanguages } from '../../config/told.ts';
import { GOOD_RIG, GOOD_SERIES, type Kind, THIRTY_KINDS } from './thirty-kinds.ts';

const folder = mkdtempSync(join(tmpdir(), 'machimori-kinds-'));
const file = join(folder, 'rig.toml');
const playing = (series: string) => writeFileSync(join(folder, 'flood.csv'), series);
beforeEach(() => playing(GOOD_SERIES));
afterAll(() => rmSync(folder, { recursive: true }));

const faultsOf = (text: string) => {
  const read = readRig(text, file);
  return read.ok ? [] : read.faults.filter(({ severity }) => severity === 'fault');
};
const spoiled = ([, from, to, series = GOOD_SERIES]: Kind) => {
  expect(GOOD_RIG.split(from)).toHaveLength(2); // it is there once
  playing(series);
  return GOOD_RIG.replace(from, () => to);
};

test('the rig itself has no fault, and nothing to note', () => {
  expect(readRig(GOOD_RIG, file)).toMatchObject({ ok: true, notes: [] });
});

test('thirty kinds and more', () => {
  expect(THIRTY_KINDS.length).toBeGreaterThanOrEqual(30);
});

test.each(THIRTY_KINDS.map((kind) => ({ what: kind[0], kind })))(
  '$what is told near its line, with what to do, in both languages',
  ({ kind }) => {
    const text = spoiled(kind);
    const faults = faultsOf(text);
    expect(faults.length).toBeGreaterThan(0);
    const lines = text.split('\n');
    const changed = GOOD_RIG.split('\n').findIndex((line, i) => line !== lines[i]) + 1;
    const nearest = Math.min(...faults.map(({ line }) => Math.abs(line - changed)));
    if (changed > 0) expect(nearest).toBeLessThanOrEqual(10);
    expectBothLanguages(faults);
  },
);

test('all of them, as people read them', async () => {
  const told = THIRTY_KINDS.map((kind) =>
    [
      kind[0],
      ...faultsOf(spoiled(kind)).flatMap((fault) =>
        [formatFault(fault).en, formatFault(fault).ja].map((line) =>
          line.replace(`${file}:`, '').replaceAll(folder, '/rigs'),
        ),
      ),
    ].join('\n  '),
  );
  await expect(`${told.join('\n')}\n`).toMatchFileSnapshot('thirty-kinds.txt');
});

test('a rig without devices is told so', () => {
  expect(faultsOf('[rig]\nduration = "5s"\n').map((fault) => formatFault(fault).en)).toEqual([
    `${file}:1: nothing is simulated. Add a [[device]]`,
  ]);
});

test('a quantity is set with quotes and without', () => {
  const read = readRig(GOOD_RIG.replace('"pump.pressure" = 9', 'pump.pressure = 9'), file);
  const quoted = readRig(GOOD_RIG, file);
  expect(read.ok && read.plan.timeline).toEqual(quoted.ok && quoted.plan.timeline);
});

test('what is expected of a group is expected of each of its devices', () => {
  const read = readRig(`${GOOD_RIG}\n[[expect]]\nthat = "stored-once"\ndevices = ["plow", "pump"]\n`, file);
  expect(read.ok && read.plan.expectations.at(-1)).toMatchObject({ devices: ['plow-1', 'plow-2', 'pump'] });
});

test('that a gateway makes fewer readings than it hears is noted where all are expected', () => {
  const read = readRig(GOOD_RIG.replace('level = {', 'gateway = { report-interval = "1m" }\nlevel = {'), file);
  expect(read.ok && read.notes.map((note) => formatFault(note).en)).toEqual([
    expect.stringContaining('with report-interval, the gateway stores fewer readings of gauge than it sends'),
  ]);
});

test('tabs, line ends of Windows and a mark at the beginning are no faults', () => {
  writeFileSync(file, `\ufeff${GOOD_RIG.replaceAll(' = ', '\t=\t').replaceAll('\n', '\r\n')}`);
  expect(readRigFile(file)).toMatchObject({ ok: true, notes: [] });
});

test('a file in Shift_JIS is told as such, with its line', () => {
  const text = Buffer.concat([Buffer.from('[rig]\n# '), Buffer.from([0x90, 0x85, 0x88, 0xca]), Buffer.from('\n')]); // "水位"
  writeFileSync(file, text);
  const read = readRigFile(file);
  const told = read.ok ? [] : read.faults.map((fault) => formatFault(fault).en);
  expect(told).toEqual([expect.stringContaining(`${file}:2: this line is not UTF-8; it may be Shift_JIS`)]);
});
