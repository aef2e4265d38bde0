/**
 * What is left of sightings that had to go. Sealed as they are, they are looked for by their seals, and by pieces of the compressed batches in
 * which a buffer kept them, in whatever file: databases, their logs and free pages, damaged copies that were set aside.
 */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { readRow } from '../../gateway/buffer/row-body.ts';
import { readSightings } from '../../gateway/cli/sealed-sightings.ts';
import { operatorOf, type Reading } from '../../shared/reading.ts';
import { ByteSearch } from './byte-search.ts';
import { type Found, filesIn, Leaks } from './leaks.ts';
import { readingsOf } from './revoked.ts';
import { publishedIn, type Tapped } from './tap.ts';

/** Of a seal: its counter comes first, and is no secret. */
const counterBytes = 4;
const pieceBytes = 6;
/** Of a batch: its envelope has what any batch has; then a piece is taken in so many bytes. */
const envelopeBytes = 64;
const betweenPieces = 16;

export class Remains {
  /** By the six bytes in hexadecimal, what they are of. */
  readonly #seals = new Map<string, string>();
  readonly #pieces = new Map<string, string>();
  /** How many sightings are known of each operator. */
  readonly counts = new Map<string, number>();
  /** Of a buffer, with sightings in them. */
  batches = 0;

  /** Everything sealed that gateways sent. */
  noteFeed(tapped: Tapped): void {
    for (const { topic, payload } of publishedIn(tapped)) {
      if (topic.endsWith('/batch')) for (const reading of readIn(Buffer.from(payload))) this.#noteSeal(reading);
    }
  }

  /** Everything sealed in a buffer below a folder, and pieces of the batches that it is in. */
  noteDatabases(folder: string): void {
    onCopy(folder, (copy) => {
      for (const file of filesIn(copy)) if (file.endsWith('.sqlite')) this.#noteDatabase(file);
    });
  }

  /** Everything in an archive that nobody has open. */
  async noteArchive(file: string): Promise<void> {
    await readSightings(file, async ({ sealed: { sealed }, about: { operator } }) =>
      this.#noteSealed(operator, sealed),
    );
  }

  #noteSealed(operator: string, sealed: string): void {
    const bytes = Buffer.from(sealed, 'base64url').subarray(counterBytes, counterBytes + pieceBytes);
    const digits = bytes.toString('hex');
    if (!this.#seals.has(digits)) this.counts.set(operator, (this.counts.get(operator) ?? 0) + 1);
    this.#seals.set(digits, `a sighting of ${operator}, no. ${this.#seals.size}`);
  }

  /** What a folder still has. `operator`: of one alone, and then no pieces of batches, since what else was in them stays. */
  in(name: string, folder: string, operator?: string): readonly Found[] {
    const isOf = (what: string) => operator === undefined || what.startsWith(`a sighting of ${operator},`);
    const seals = [...this.#seals].filter(([, what]) => isOf(what));
    const search = new ByteSearch(new Map([...(operator === undefined ? this.#pieces : []), ...seals]));
    const leaks = new Leaks(search);
    leaks.lookIntoFiles(name, folder);
    onCopy(folder, (copy) => leaks.lookIntoDatabases(`${name}, read`, copy));
    return leaks.found;
  }

  #noteDatabase(file: string): void {
    const db = new Database(file, { readonly: true });
    try {
      const open = db.prepare<[], { readonly body: Buffer; readonly crc: number }>('SELECT body, crc FROM open').all();
      for (const { body, crc } of open) for (const reading of readRow(body, crc) ?? []) this.#noteSeal(reading);
      const sealed = db.prepare<[], Buffer>('SELECT bytes FROM batch').pluck().all();
      for (const bytes of sealed) {
        const readings = readIn(bytes).filter((reading) => operatorOf(reading) !== undefined);
        for (const reading of readings) this.#noteSeal(reading);
        if (readings.length === 0) continue;
        this.batches++;
        this.#notePieces(bytes);
      }
    } finally {
      db.close();
    }
  }

  #noteSeal(reading: Reading): void {
    const operator = operatorOf(reading);
    if (operator !== undefined) this.#noteSealed(operator, String(reading.values.sealed));
  }

  #notePieces(bytes: Buffer): void {
    for (let at = envelopeBytes; at + pieceBytes <= bytes.length; at += betweenPieces) {
      const piece = bytes.subarray(at, at + pieceBytes);
      if (new Set(piece).size === pieceBytes) this.#pieces.set(piece.toString('hex'), 'a piece of a batch that waited');
    }
  }
}

/** Of a batch; nothing if it is none. */
function readIn(bytes: Uint8Array): readonly Reading[] {
  try {
    return readingsOf(bytes);
  } catch {
    return [];
  }
}

/** Files that somebody may have open, as they lie there. Sockets stay behind. */
function onCopy(folder: string, use: (copy: string) => void): void {
  const copy = mkdtempSync(`${folder}-copy-`);
  try {
    for (const file of filesIn(folder)) cpSync(file, join(copy, file.slice(folder.length + 1)), { recursive: true });
    use(copy);
  } finally {
    rmSync(copy, { recursive: true });
  }
}
