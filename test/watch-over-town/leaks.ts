/**
 * Everything that a run leaves behind, searched for what is nobody's business: every file and log, every value in a database, what is
 * compressed in a batch, and all that went over the wire.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { decompress } from '../../gateway/buffer/compress.ts';
import { decodeBatch, RECEIVER_BOUNDS } from '../../shared/feed/batch.ts';
import type { ByteSearch } from './byte-search.ts';
import { publishedIn, type Tapped } from './tap.ts';

export interface Found {
  /** A secret. */
  readonly what: string;
  readonly where: string;
}

export class Leaks {
  readonly #search: ByteSearch;
  readonly #found = new Map<string, Found>();
  /** Batches that were decompressed. */
  batches = 0;

  /** `before`: what was found already. */
  constructor(search: ByteSearch, before: readonly Found[] = []) {
    this.#search = search;
    for (const found of before) this.#add(found);
  }

  get found(): readonly Found[] {
    return [...this.#found.values()];
  }

  look(where: string, bytes: Uint8Array): void {
    for (const what of this.#search.in(bytes)) this.#add({ what, where });
  }

  /** Every file below a folder, as it lies there. */
  lookIntoFiles(name: string, folder: string): void {
    for (const file of filesIn(folder)) this.look(`${name}: ${file.slice(folder.length + 1)}`, readFileSync(file));
  }

  /** Every text and blob of every database below a folder, whole however the pages cut it, and what is compressed. Nobody may have them open. */
  lookIntoDatabases(name: string, folder: string): void {
    for (const file of filesIn(folder)) {
      if (!file.endsWith('.sqlite')) continue;
      const where = `${name}: ${file.slice(folder.length + 1)}`;
      const db = new Database(file, { readonly: true });
      try {
        const tables = db.prepare<[], { name: string }>(`SELECT name FROM sqlite_schema WHERE type = 'table'`).all();
        for (const { name: table } of tables) {
          for (const row of db.prepare<[], Record<string, unknown>>(`SELECT * FROM "${table}"`).iterate()) {
            for (const value of Object.values(row)) {
              if (typeof value === 'string') this.look(`${where}, ${table}`, Buffer.from(value));
              else if (value instanceof Uint8Array) this.#lookIntoBlob(`${where}, ${table}`, value);
            }
          }
        }
      } finally {
        db.close();
      }
    }
  }

  lookIntoConnection(where: string, tapped: Tapped): void {
    this.look(`${where}, sent`, Buffer.concat(tapped.sent));
    this.look(`${where}, answered`, Buffer.concat(tapped.answered));
  }

  /** A gateway's connection, over MQTT; also what is compressed in its batches. */
  lookIntoFeed(where: string, tapped: Tapped): void {
    this.lookIntoConnection(where, tapped);
    for (const { topic, payload } of publishedIn(tapped)) {
      if (topic.endsWith('/batch')) this.#lookIntoBlob(`${where}, a batch`, Buffer.from(payload));
    }
  }

  #add(found: Found): void {
    this.#found.set(`${found.what} ${found.where}`, found);
  }

  #lookIntoBlob(where: string, bytes: Uint8Array): void {
    this.look(where, bytes);
    const body = bodyOf(bytes);
    if (body === undefined) return;
    this.batches++;
    this.look(`${where}, decompressed`, body);
  }
}

/** Of a batch, decompressed; undefined if it is none. */
function bodyOf(bytes: Uint8Array): Uint8Array | undefined {
  try {
    const { header, body } = decodeBatch(bytes);
    return decompress(body, header.compression, RECEIVER_BOUNDS.bodyBytes);
  } catch {
    return undefined; // most blobs are something else, and are searched as they are
  }
}

export function filesIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));
}
