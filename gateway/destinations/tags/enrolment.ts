/**
 * Tags enrolled and struck out by a program: the operator's table, written anew as a whole.
 *
 *   read the table, row by row ─▶ write it beside, with the change; each row is checked ─▶ is it still the version read? ─▶ replace
 *
 * Promise: the table stays the one truth. A change is on the disk when its promise resolves, and the file is the former or the new one, whatever
 * happens meanwhile; it is its owner's alone. Rows keep their order and cells, a table its columns, separator and line ends; empty lines go.
 * Whoever edits it by hand meanwhile is not overwritten: the change is made anew on the table that is there then, up to `maxTries` times. What
 * is saved within the instant between the last look and the rename is beyond it, as no system call compares and renames.
 * Bounds: one change at a time, `maxWaiting` of them wait; a change reads and writes the whole table.
 */
import { once } from 'node:events';
import { createReadStream, realpathSync } from 'node:fs';
import type { Clock } from '../../../shared/clock.ts';
import { MachimoriError, TextError } from '../../../shared/errors.ts';
import { removeParts, WholeFile } from '../../machine/whole-file.ts';
import { demandClosed } from './closed-file.ts';
import { DELIMITERS, lettersOf, readCsv } from './csv-rows.ts';
import { lookEveryMs, versionOf } from './enrolled-file.ts';
import { COLUMNS, EnrolledTable, type EnrolledTag, type EnrolledTags, identifierOf } from './enrolled-tags.ts';
import { say } from './words.ts';

const maxTries = 5;
const maxWaiting = 50;
/** Rows are written in pieces of so many characters. */
const pieceLength = 65_536;
/** Where the first line ends is looked for in so many bytes. */
const styleBytes = 16_384;

export interface NewTag extends EnrolledTag {
  readonly identifier: string;
}

/** What became of a change. "taken": another tag has the identifier. */
export type Changed =
  | { readonly outcome: 'added' | 'replaced' | 'struck-out'; readonly tags: EnrolledTags }
  | { readonly outcome: 'taken' | 'unknown' };

export class Enrolment {
  readonly #file: string;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  /** The version that was read when nobody wrote it, or that was written here. */
  #known: string;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** `known`: the version that the service has read. */
  constructor(file: string, known: string, clock: Clock, signal: AbortSignal) {
    this.#file = file;
    this.#known = known;
    this.#clock = clock;
    this.#signal = signal;
  }

  /** Enrols a tag, in place of whatever the table had under its name. Rejects as `change` does. */
  put(tag: NewTag): Promise<Changed> {
    return this.#inTurn(() => this.#change(tag.tag, tag));
  }

  /** Strikes out every row of a tag. Rejects as `change` does. */
  strikeOut(tag: string): Promise<Changed> {
    return this.#inTurn(() => this.#change(tag, undefined));
  }

  /** The tags after this name in the order of names, without what they send; a tag of several rows as its first has it. */
  async list(after: string, most: number): Promise<readonly EnrolledTag[]> {
    demandClosed(this.#file);
    const tags = new Map<string, EnrolledTag>();
    await readCsv(this.#file, COLUMNS, ({ cell }) => {
      const tag = cell('tag');
      if (tag > after && !tags.has(tag)) tags.set(tag, { tag, optIn: cell('opt_in'), consent: cell('consent') });
    });
    return [...tags.values()].toSorted((a, b) => (a.tag < b.tag ? -1 : 1)).slice(0, most);
  }

  /** Removes what a writer that was killed has left: it names tags. */
  tidy(): void {
    removeParts(this.#path());
  }

  /**
   * Rejects with what `readCsv` and `WholeFile` throw, and MachimoriErrors "readable-by-others" and "table-busy" (it is edited all the time, or
   * too many changes wait).
   */
  async #change(name: string, tag: NewTag | undefined): Promise<Changed> {
    for (let tries = 1; tries <= maxTries; tries++) {
      const version = await this.#settled();
      if (version === undefined) continue;
      demandClosed(this.#file);
      const written = await WholeFile.open(this.#path());
      try {
        const changed = await this.#rewrite(written, name, tag);
        if (!('tags' in changed)) {
          await written.abandon();
          return changed;
        }
        if (await written.finish(() => versionOf(this.#file) === version)) {
          this.#known = versionOf(this.#file);
          return changed;
        }
      } catch (fault) {
        await written.abandon();
        throw fault;
      }
    }
    throw this.#busy();
  }

  /** Which version is there, if nobody is writing it: it is known, or the same for two looks, as enrolled-file.ts has it. */
  async #settled(): Promise<string | undefined> {
    const version = versionOf(this.#file);
    if (version !== this.#known) await this.#clock.sleep(lookEveryMs, this.#signal);
    if (version !== versionOf(this.#file)) return undefined;
    this.#known = version;
    return version;
  }

  async #rewrite(file: WholeFile, name: string, tag: NewTag | undefined): Promise<Changed> {
    const { bom, delimiter, lineEnd } = await styleOf(this.#file);
    const table = new EnrolledTable();
    const id = tag && identifierOf(tag.identifier).id;
    let columns: readonly string[] = [];
    let [found, isTaken, pieces] = [0, false, bom];
    const write = async (cells: readonly string[]) => {
      pieces += `${cells.map(written).join(delimiter)}${lineEnd}`;
      if (pieces.length >= pieceLength) await flush();
    };
    const flush = async () => {
      await file.write(Buffer.from(pieces));
      pieces = '';
    };
    const writeNew = async (line: number, former: readonly string[]) => {
      if (tag === undefined) return;
      const own: Readonly<Record<string, string>> = {
        ...{ tag: tag.tag, identifier: tag.identifier, optin: tag.optIn, consent: tag.consent },
      };
      table.add({ line, cell: (column) => own[lettersOf(column)] ?? '' });
      await write(columns.map((column, i) => own[lettersOf(column)] ?? former[i] ?? ''));
    };
    let last = 1;
    await readCsv(
      this.#file,
      COLUMNS,
      async (row) => {
        last = row.line;
        if (row.cell('tag') === name) {
          found++;
          if (found === 1) await writeNew(row.line, row.cells);
          return;
        }
        if (id !== undefined && identifierOf(row.cell('identifier')).id === id) {
          isTaken = true;
          return;
        }
        table.add(row);
        await write(row.cells);
      },
      async (names) => {
        columns = names;
        await write(names);
      },
    );
    if (isTaken) return { outcome: 'taken' };
    if (found === 0 && tag === undefined) return { outcome: 'unknown' };
    if (found === 0) await writeNew(last + 1, []);
    await flush();
    return { outcome: tag === undefined ? 'struck-out' : found === 0 ? 'added' : 'replaced', tags: table.tags };
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= maxWaiting) throw this.#busy();
    this.#waiting++;
    const done = this.#turn.then(work);
    this.#turn = done.catch(() => {}); // whoever asked is told
    try {
      return await done;
    } finally {
      this.#waiting--;
    }
  }

  #busy(): MachimoriError {
    return new MachimoriError('table-busy', { what: say.tableBusy(), on: this.#file, hint: say.waitForEditor() });
  }

  /** Where the table itself is: a link to it stays one. Throws the system's error. */
  #path(): string {
    return realpathSync(this.#file);
  }
}

/** Throws a TextError that says what is wrong with it; nothing of it is repeated. */
export function checkNewTag({ tag, identifier, optIn, consent }: NewTag): void {
  const own: Readonly<Record<string, string>> = { tag, identifier, opt_in: optIn, consent };
  for (const [column, cell] of Object.entries(own)) {
    if (cell !== cell.trim() || /\p{Cc}/u.test(cell)) throw new TextError(say.notPlain({ column }));
  }
  if (consent === '') throw new TextError(say.noConsent());
  new EnrolledTable().add({ line: 1, cell: (column) => own[column] ?? '' });
}

/** A byte order mark, which Excel needs, the separator and the line ends, as the first line has them. */
async function styleOf(file: string) {
  const stream = createReadStream(file, { end: styleBytes - 1 });
  const [start] = (await Promise.race([once(stream, 'data'), once(stream, 'end')])) as [Buffer?];
  stream.destroy();
  const [first = '', ...more] = (start?.toString('utf8') ?? '').split('\n');
  const lineEnd = more.length > 0 && first.endsWith('\r') ? '\r\n' : '\n';
  const delimiter = [...first].find((each) => DELIMITERS.includes(each)) ?? ',';
  return { bom: first.startsWith('\ufeff') ? '\ufeff' : '', delimiter, lineEnd };
}

/** A cell as `readCsv` reads it again. No apostrophe is put before what a spreadsheet would take for a formula: a name stays that name. */
function written(cell: string): string {
  return cell !== cell.trim() || /[",;\t\r\n]/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}
