/** Every page of a real file is damaged, one at a time, at rest and while a buffer runs on it, and every reading accounted for. */
import { closeSync, cpSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import type { ReadingBuffer } from '../../../../gateway/buffer/buffer.ts';
import type { Outgoing } from '../../../../gateway/buffer/outgoing.ts';
import type { Reading } from '../../../../shared/reading.ts';
import { Random } from '../../../../simulators/random.ts';
import { AT, BufferRig, CITY, idsOf, stored, takeAll } from '../buffer-rig.ts';

const pageBytes = 512;
const frameBytes = 24 + pageBytes;
const logHeaderBytes = 32;
const batchReadings = 30;
const heldReadings = 2;
/** The last thing that is appended. */
const lastCommitReadings = 13 + batchReadings;
const devices = Array.from({ length: 12 }, (_, n) => `gauge-${n}`);
const TOWN = { ...CITY, name: 'town', accepts: ({ device }: Reading) => device === 'gauge-of-town' };
const OPTIONS = { batchReadings, outboxes: [CITY, TOWN] };
const DESTINATIONS = ['city', 'town'];
const SHM = '/dev/shm';
const root = mkdtempSync(join(existsSync(SHM) ? SHM : tmpdir(), 'machimori-sweep-'));
const random = new Random(7);

afterAll(() => rmSync(root, { recursive: true }));

/** Readings whose values do not compress, so that a batch goes on in overflow pages. */
function wide(from: number, to: number, device = 'gauge-01'): Reading[] {
  return Array.from({ length: to - from + 1 }, (_, n) => ({
    device,
    kind: 'measurement',
    observedAt: AT + from + n,
    values: { level: from + n, distance: random.next(), speed: random.next() },
  }));
}

/** What a page holds, as SQLite itself knows it. */
interface Page {
  readonly number: number;
  readonly table: string;
  /** Readings that the page may hold some of. */
  readonly readings: number;
}

/** Everything that an undamaged file gives out, by destination. */
type Given = Readonly<Record<string, { readonly all: readonly Outgoing[]; readonly ids: readonly number[] }>>;

interface Whole {
  readonly file: string;
  readonly pages: readonly Page[];
  readonly given: Given;
}

/** Leaves everything there can be: large batches, a gap, refused, open and held readings, memory, free pages. */
async function fill(rig: BufferRig, file: string): Promise<ReadingBuffer> {
  const buffer = rig.open({ ...OPTIONS, outboxes: [CITY, { ...TOWN, maxBytes: 2_500 }], file });
  await rig.put(buffer, wide(1, 300));
  for (const [n, each] of takeAll(buffer).slice(0, 6).entries()) {
    buffer.settle('city', each, stored(each, n === 0 ? [{ index: 3, reason: 'no such gauge' }] : []));
  }
  await rig.clock.advance(10_000);
  await rig.put(buffer, wide(301, 800));
  const remember = new Map(devices.map((device) => [device, JSON.stringify({ device, total: 7 })]));
  await rig.put(buffer, wide(5_001, 5_120, 'gauge-of-town'), { remember });
  await rig.put(buffer, wide(9_001, 9_000 + heldReadings), { unsynchronisedOffsetMs: 5 });
  await rig.put(buffer, wide(801, 813));
  return buffer;
}

function pagesOf(file: string): Page[] {
  const db = new Database(file);
  type Row = { pageno: number; name: string; pagetype: string; ncell: number };
  const rows = db.prepare('SELECT pageno, name, pagetype, ncell FROM dbstat').all() as Row[]; // its columns
  const last = Number(db.pragma('page_count', { simple: true }));
  db.close();
  const known = new Map(rows.map((row) => [row.pageno, row]));
  return Array.from({ length: last }, (_, n) => {
    const row = known.get(n + 1);
    const batches = row?.pagetype === 'leaf' ? row.ncell : row?.pagetype === 'overflow' ? 1 : 0;
    const table = row?.name ?? 'free';
    const held = { batch: batches * batchReadings, open: batchReadings, held: heldReadings }[table];
    return { number: n + 1, table, readings: held ?? 0 };
  });
}

/** Takes everything there is, in any order of sealing and dropping. */
function drain(buffer: ReadingBuffer): Given {
  buffer.flush();
  const given = DESTINATIONS.map((name) => {
    const all: Outgoing[] = [];
    for (let some = takeAll(buffer, name); some.length > 0; some = takeAll(buffer, name)) all.push(...some);
    return [name, { all, ids: all.flatMap(idsOf).map(Number) }] as const;
  });
  return Object.fromEntries(given);
}

/** A file as it is after closing or, with its log, after a kill. */
async function wholeFile(name: string, isClosed: boolean): Promise<Whole> {
  const rig = new BufferRig();
  const [filled, file, other] = ['filled', 'whole', 'copy'].map((what) => join(root, `${name}-${what}`)) as Three;
  const buffer = await fill(rig, filled);
  if (isClosed) buffer.close();
  copy(filled, file);
  copy(file, other);
  const pages = pagesOf(other);
  copy(file, other);
  const again = rig.open({ ...OPTIONS, file: other });
  return { file, pages, given: drain(again) };
}
type Three = [string, string, string];

function copy(from: string, to: string): void {
  for (const suffix of ['', '-wal']) {
    rmSync(`${to}${suffix}`, { force: true });
    if (existsSync(`${from}${suffix}`)) cpSync(`${from}${suffix}`, `${to}${suffix}`);
  }
}

type Damage = 'zeroed' | 'flipped';

/** A changed bit may make SQLite overlook what is open, before it is noticed. */
function constant(how: Damage): number {
  return how === 'flipped' ? batchReadings : 0;
}

/** Damages so many bytes of a file that may be open. */
function damage(file: string, at: number, bytes: number, how: Damage): void {
  const spoilt = readFileSync(file).subarray(at, at + bytes);
  if (how === 'zeroed') spoilt.fill(0);
  else {
    const where = random.int(0, bytes - 1);
    spoilt.writeUInt8(spoilt.readUInt8(where) ^ (1 << random.int(0, 7)), where);
  }
  const opened = openSync(file, 'r+');
  try {
    writeSync(opened, spoilt, 0, bytes, at);
  } finally {
    closeSync(opened);
  }
}

interface Allowed {
  readonly lost: number;
  readonly doubled?: number;
  /** Readings that had left the file. */
  readonly broughtBack?: number;
  /** As after a power cut: what is missing was never acknowledged, and what it took out is there again. */
  readonly isUndone?: boolean;
}

interface Outcome {
  readonly given: Given;
  readonly rig: BufferRig;
  /** Ids of readings that were appended after the damage. */
  readonly appended?: readonly number[];
}

/** What is wrong with an outcome, beyond what is allowed. */
function faultsOf(whole: Whole, { given, rig, appended = [] }: Outcome, allowed: Allowed): string[] {
  const faults: string[] = [];
  const errors = rig.log.at('error');
  let batchesLost = 0;
  for (const name of DESTINATIONS) {
    const before = whole.given[name] ?? { all: [], ids: [] };
    const after = given[name] ?? { all: [], ids: [] };
    const expected = new Set([...before.ids, ...(name === 'city' ? appended : [])]);
    const got = new Set(after.ids);
    const doubled = after.ids.length - got.size;
    if (doubled > (allowed.doubled ?? 0)) faults.push(`${name}: ${doubled} doubled`);
    const strange = [...got].filter((id) => !expected.has(id));
    if (strange.length > (allowed.broughtBack ?? 0) && !allowed.isUndone)
      faults.push(`${name}: ${strange.length} strange readings`);
    const lost = [...expected].filter((id) => !got.has(id));
    if (lost.length > allowed.lost) faults.push(`${name}: ${lost.length} lost of ${allowed.lost} that may be`);
    const gaps = after.all.flatMap((each) => (each.kind === 'gap' ? [each.gap] : []));
    const isGap = (epoch: string, number: number) =>
      gaps.some((gap) => gap.epoch === epoch && gap.number <= number && number <= gap.last);
    for (const each of before.all) {
      if (each.kind === 'gap') {
        const { epoch, number, last } = each.gap;
        if ((!isGap(epoch, number) || !isGap(epoch, last)) && !allowed.isUndone)
          faults.push(`${name}: the gap ${number} is gone`);
        continue;
      }
      const isHere = idsOf(each).every((id) => got.has(Number(id)));
      // One that was given out before the damage was found counts as lost too: its row is.
      if (!isHere || isGap(each.batch.epoch, each.batch.number)) batchesLost++;
      if (isHere) continue;
      const hadNumber = each.batch.epoch !== epochOf(whole, name);
      const isSaid = hadNumber ? isGap(each.batch.epoch, each.batch.number) : gaps.length > 0;
      if (!isSaid && !allowed.isUndone) faults.push(`${name}: ${idsOf(each).length} lost without a gap`);
    }
    if (lost.length > 0 && errors.length + rig.log.at('warn').length === 0)
      faults.push(`${name}: lost without a line in the log`);
  }
  const counted = errors.flatMap(({ fields }) => (typeof fields?.lost === 'number' ? [fields.lost] : []));
  const [saidLost = 0] = counted;
  if (saidLost > batchesLost) faults.push(`said that ${saidLost} batches are lost, but ${batchesLost} are`);
  return faults;
}

/** The epoch that the undamaged file began when it was drained: what is sealed in it had no number before. */
function epochOf({ given }: Whole, name: string): string | undefined {
  const epochs = (given[name]?.all ?? []).flatMap((each) => (each.kind === 'batch' ? [each.batch.epoch] : []));
  const first = epochs[0];
  return epochs.findLast((epoch) => epoch !== first);
}

const timeout = 120_000;
const WAYS: readonly Damage[] = ['zeroed', ...Array<Damage>(4).fill('flipped')];

test('a damaged page costs no more than it held, and every loss is said', { timeout }, async () => {
  const whole = await wholeFile('at-rest', true);
  const faults: string[] = [];
  for (const how of WAYS) {
    for (const page of whole.pages) {
      const rig = new BufferRig(OPTIONS);
      const file = join(root, 'case');
      copy(whole.file, file);
      damage(file, (page.number - 1) * pageBytes, pageBytes, how);
      const given = drain(rig.open({ file }));
      rig.end();
      const found = faultsOf(whole, { given, rig }, { lost: page.readings + constant(how) });
      faults.push(...found.map((fault) => `${page.number} (${page.table}) ${how}: ${fault}`));
    }
  }
  expect(faults).toEqual([]);
});

test('so does a damaged page of the log', { timeout }, async () => {
  const whole = await wholeFile('killed', false);
  const log = readFileSync(`${whole.file}-wal`);
  const faults: string[] = [];
  for (const how of WAYS.slice(0, 2)) {
    for (let at = logHeaderBytes; at + frameBytes <= log.length; at += frameBytes) {
      const rig = new BufferRig(OPTIONS);
      const file = join(root, 'case');
      copy(whole.file, file);
      damage(`${file}-wal`, at, frameBytes, how);
      const given = drain(rig.open({ file }));
      rig.end();
      const page = whole.pages[log.readUInt32BE(at) - 1];
      const isLastCommit = at + (lastCommitFrames(log) + 1) * frameBytes >= log.length;
      const found = faultsOf(
        whole,
        { given, rig },
        {
          lost: (page?.readings ?? 0) + constant(how) + (isLastCommit ? lastCommitReadings : 0),
          doubled: page?.table === 'open' || page?.table === 'held' ? batchReadings : 0,
          isUndone: isLastCommit,
          broughtBack: how === 'zeroed' ? batchReadings : 0,
        },
      );
      faults.push(...found.map((fault) => `frame ${at} (${page?.table}) ${how}: ${fault}`));
    }
  }
  expect(faults).toEqual([]);
});

/** How many frames the last commit of a log has. One before them, the end of the commit before, looks like part of it if it is gone. */
function lastCommitFrames(log: Buffer): number {
  const frames = Math.floor((log.length - logHeaderBytes) / frameBytes);
  const isCommit = (n: number) => log.readUInt32BE(logHeaderBytes + n * frameBytes + 4) !== 0;
  for (let n = frames - 2; n >= 0; n--) if (isCommit(n)) return frames - 1 - n;
  return frames;
}

test('so does a page that is damaged while the buffer runs', { timeout }, async () => {
  const whole = await wholeFile('alive', true);
  const faults: string[] = [];
  for (const how of WAYS.slice(0, 3)) {
    for (const page of whole.pages) {
      const rig = new BufferRig(OPTIONS);
      const file = join(root, 'case');
      copy(whole.file, file);
      const buffer = rig.open({ file });
      damage(file, (page.number - 1) * pageBytes, pageBytes, how);
      await rig.put(buffer, wide(20_001, 20_045));
      buffer.close();
      const again = rig.open({ file });
      await rig.put(again, wide(20_046, 20_060));
      const given = drain(again);
      rig.end();
      const appended = Array.from({ length: 60 }, (_, n) => 20_001 + n);
      const found = faultsOf(whole, { given, rig, appended }, { lost: page.readings + constant(how) });
      faults.push(...found.map((fault) => `${page.number} (${page.table}) ${how}: ${fault}`));
    }
  }
  expect(faults).toEqual([]);
});

test('so does the whole beginning of the file: with its log beside it, nothing that waits is lost', async () => {
  const whole = await wholeFile('headless', false);
  damage(whole.file, 0, 4_096, 'zeroed');
  const rig = new BufferRig(OPTIONS);
  const given = drain(rig.open({ file: whole.file }));
  const readings = whole.pages.slice(0, 8).reduce((sum, page) => sum + page.readings, 0);
  expect(faultsOf(whole, { given, rig }, { lost: readings })).toEqual([]);
  expect(given.city?.ids.length).toBeGreaterThan(600);
});
