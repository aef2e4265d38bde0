/**
 * What was done when a device was commissioned, for its site sheet: `commissioning.json` in the data directory.
 *
 * Promise: the file is written whole, so it is the old one or the new one; one that cannot be read is set aside under another name and said, and keeps
 * nothing from starting. Bounds: `maxRecords`, at which the oldest goes; `maxRecordBytes` each, `maxTests` tests.
 */
import { readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import * as v from 'valibot';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { isTime } from '../../shared/reading.ts';
import { finite, id, textUpTo } from '../../shared/setting.ts';
import type { Log } from '../machine/log.ts';
import { replaceFile } from '../machine/whole-file.ts';
import type { TestReceipt } from './answers.ts';
import { say } from './words.ts';

const maxRecords = 2_000;
const maxRecordBytes = 8 * 1024;
const maxTests = 5;

const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const line = v.pipe(textUpTo(200), v.regex(/^\P{Cc}*$/u));
const value = v.union([finite, v.boolean(), textUpTo(200)]);

/** What whoever commissions says of it; times in epoch ms. */
export const keptRecord = v.strictObject({
  device: id,
  line: v.exactOptional(line),
  setting: v.exactOptional(line),
  /** Of the adapter at the line. */
  adapter: v.exactOptional(line),
  deviceSerial: v.exactOptional(line),
  mountingHeightM: v.exactOptional(finite),
  /** How it is wired, as it was done. */
  wiring: v.exactOptional(textUpTo(500)),
  notes: v.exactOptional(textUpTo(1_000)),
  /** The first readings, oldest first. */
  readings: v.optional(
    v.pipe(
      v.array(
        v.strictObject({ at: v.pipe(count, v.check(isTime)), values: v.pipe(v.record(line, value), v.maxEntries(12)) }),
      ),
      v.maxLength(5),
    ),
    [],
  ),
});
export type KeptRecord = v.InferOutput<typeof keptRecord>;

export interface TestKept {
  /** When the test reading was made, epoch ms. */
  readonly at: number;
  readonly receipts: readonly TestReceipt[];
  /** Destinations that did not answer in time. */
  readonly unanswered: readonly string[];
}

export interface CommissioningRecord extends KeptRecord {
  /** When it was last written, epoch ms. */
  readonly at: number;
  /** An account of the console; absent: by the command line. */
  readonly by?: string;
  /** The newest first. */
  readonly tests: readonly TestKept[];
}

const receipt = v.object({
  destination: v.string(),
  epoch: v.string(),
  number: count,
  outcome: v.picklist(['stored', 'refused']),
  reason: v.exactOptional(v.string()),
  at: count,
  afterMs: count,
  isBrokersWord: v.boolean(),
});
const test = v.object({ at: count, receipts: v.array(receipt), unanswered: v.array(v.string()) });
const written = v.object({
  records: v.array(
    v.object({ ...keptRecord.entries, at: count, by: v.exactOptional(v.string()), tests: v.array(test) }),
  ),
});

export class CommissioningRecords {
  readonly #file: string;
  readonly #log: Log;
  #records: Map<string, CommissioningRecord> | undefined;

  /** Reads nothing yet. */
  constructor(dataDirectory: string, log: Log) {
    this.#file = join(dataDirectory, 'commissioning.json');
    this.#log = log;
  }

  get all(): readonly CommissioningRecord[] {
    return [...this.#read().values()];
  }

  of(device: string): CommissioningRecord | undefined {
    return this.#read().get(device);
  }

  /** Its tests stay. Throws a MachimoriError "record-too-long" or "file-unwritable"; then the last one stays. */
  keep(kept: KeptRecord, by: string | undefined, at: number): CommissioningRecord {
    const tests = this.of(kept.device)?.tests ?? [];
    const record = { ...kept, at, ...(by !== undefined && { by }), tests };
    this.#put(record);
    return record;
  }

  /** What became of a test. Never throws: if it cannot be written down the test still counts, and that is logged. */
  noteTest(device: string, test: TestKept): void {
    try {
      const before = this.of(device) ?? { device, at: test.at, readings: [], tests: [] };
      this.#put({ ...before, tests: [test, ...before.tests].slice(0, maxTests) });
    } catch (fault) {
      this.#log.warn('What became of a test reading could not be kept', { device, fault: messageOf(fault) });
    }
  }

  #put(record: CommissioningRecord): void {
    const bounded = fitting(record);
    const records = new Map(this.#read());
    records.delete(bounded.device);
    if (records.size >= maxRecords) {
      const [oldest] = [...records.values()].toSorted((a, b) => a.at - b.at);
      if (oldest !== undefined) records.delete(oldest.device);
    }
    records.set(bounded.device, bounded);
    replaceFile(this.#file, Buffer.from(JSON.stringify({ records: [...records.values()] })));
    this.#records = records;
  }

  #read(): ReadonlyMap<string, CommissioningRecord> {
    this.#records ??= new Map(this.#inFile().map((record) => [record.device, record]));
    return this.#records;
  }

  #inFile(): readonly CommissioningRecord[] {
    try {
      return v.parse(written, JSON.parse(readFileSync(this.#file, 'utf8'))).records.slice(-maxRecords);
    } catch (fault) {
      if (codeOf(fault) !== 'ENOENT') this.#setAside(fault);
      return [];
    }
  }

  #setAside(fault: unknown): void {
    const aside = `${this.#file}.damaged`;
    const details = { file: this.#file, aside, fault: messageOf(fault) };
    try {
      renameSync(this.#file, aside);
      this.#log.error('The commissioning records cannot be read; they were set aside, and new ones are begun', details);
    } catch (renaming) {
      this.#log.error('The commissioning records cannot be read', { ...details, renaming: messageOf(renaming) });
    }
  }
}

/** With as many tests as there is room for. Throws a MachimoriError "record-too-long" if there is none for the rest. */
function fitting(record: CommissioningRecord): CommissioningRecord {
  for (let tests = record.tests.length; tests >= 0; tests--) {
    const shorter = { ...record, tests: record.tests.slice(0, tests) };
    if (Buffer.byteLength(JSON.stringify(shorter)) <= maxRecordBytes) return shorter;
  }
  throw new MachimoriError('record-too-long', {
    what: say.recordTooLong({ max: maxRecordBytes }),
    on: record.device,
    hint: say.shortenNotes(),
  });
}
