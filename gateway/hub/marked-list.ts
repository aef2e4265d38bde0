/**
 * A list of a hub's that must not go back: `operators.json` or `gateways.json`, and beside it a mark, `operators-mark.json`, of how the hub
 * left it: the list's digest, the highest number ever, and whom the hub has ever revoked.
 *
 * Promise: a list that an older copy of was put back, that was edited by hand or is gone is found by the mark (`isOther`), and whoever was revoked
 * since stays so. The mark is written before the list and after it, so that a power cut at any moment is no such finding.
 * What it cannot find: a copy of the whole directory, which brings the mark back too. Nor is it a lock against whoever may write in the
 * directory: the keys are there as well.
 * Changes are made in `changing` (machine/folder-lock.ts), from what is on the disk then, whichever process wrote it.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import * as v from 'valibot';
import { MachimoriError, messageOf, textOf } from '../../shared/errors.ts';
import { listed, type Text } from '../../shared/text.ts';
import { changing, giveToOwnerOf } from '../machine/folder-lock.ts';
import type { Log } from '../machine/log.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { say } from './words.ts';

/** Names that a sentence names one by one. */
const maxNamed = 10;
/** Of a list that is not there. */
const NONE = '';

export interface Kept<C, R> {
  /** Undefined: there is no file. */
  readonly content: C | undefined;
  /** What the mark remembers; of a list without one, nothing. */
  readonly revoked: readonly R[];
  /** The highest that the mark knows. */
  readonly number: number;
  /** It is not as this hub left it. */
  readonly isOther: boolean;
}

export interface MarkedListOptions<C, R> {
  readonly path: string;
  readonly content: v.GenericSchema<unknown, C>;
  readonly revoked: v.GenericSchema<unknown, R>;
}

export function markFileOf(path: string): string {
  return path.replace(/\.json$/, '-mark.json');
}

export class MarkedList<C, R> {
  readonly #options: MarkedListOptions<C, R>;
  readonly #mark: v.GenericSchema<
    unknown,
    { readonly number: number; readonly digest: string; readonly before?: string | undefined; readonly revoked: R[] }
  >;

  constructor(options: MarkedListOptions<C, R>) {
    this.#options = options;
    this.#mark = v.object({
      version: v.literal(1),
      number: v.number(),
      digest: v.string(),
      /** What a change that was not completed has left. */
      before: v.optional(v.string()),
      revoked: v.array(options.revoked),
    });
  }

  get files(): readonly string[] {
    return [this.#options.path, markFileOf(this.#options.path)];
  }

  /** Throws a MachimoriError "mark-unreadable" or "file-busy", and what reading, JSON.parse and valibot throw. */
  read(): Kept<C, R> {
    const { path } = this.#options;
    return existsSync(markFileOf(path)) ? changing(dirname(path), () => this.#read()) : this.#read(); // never between two files of one change
  }

  #read(): Kept<C, R> {
    const { path, content } = this.#options;
    const bytes = readIfThere(path);
    const mark = this.#readMark();
    return {
      content: bytes === undefined ? undefined : v.parse(content, JSON.parse(bytes.toString('utf8'))),
      revoked: mark?.revoked ?? [],
      number: mark?.number ?? 0,
      isOther: mark !== undefined && ![mark.digest, mark.before].includes(digestOf(bytes)),
    };
  }

  /** In `changing`. Throws a MachimoriError "file-unwritable". */
  write(content: object, { revoked, number }: Pick<Kept<C, R>, 'revoked' | 'number'>): void {
    const { path } = this.#options;
    const bytes = Buffer.from(`${JSON.stringify(content, undefined, 1)}\n`);
    const mark = { version: 1, number, digest: digestOf(bytes), revoked };
    this.#writeFile(markFileOf(path), { ...mark, before: digestOf(readIfThere(path)) });
    replaceFile(path, bytes);
    giveToOwnerOf(dirname(path), path);
    this.#writeFile(markFileOf(path), mark);
  }

  /** Begins the mark of a list that an earlier release left without one, and completes that of a change that a power cut came between. */
  adopt(revoked: readonly R[], number: number): void {
    const { path } = this.#options;
    if (!this.files.some(existsSync)) return;
    changing(dirname(path), () => {
      const mark = this.#readMark();
      const digest = digestOf(readIfThere(path));
      if (mark === undefined || (mark.before !== undefined && [mark.before, mark.digest].includes(digest))) {
        const known = mark === undefined ? { revoked, number } : { revoked: mark.revoked, number: mark.number };
        this.#writeFile(markFileOf(path), { version: 1, ...known, digest });
      }
    });
  }

  #readMark() {
    const file = markFileOf(this.#options.path);
    try {
      const bytes = readIfThere(file);
      return bytes === undefined ? undefined : v.parse(this.#mark, JSON.parse(bytes.toString('utf8')));
    } catch (cause) {
      const what = say.markUnreadable({ why: textOf(cause) });
      throw new MachimoriError('mark-unreadable', { what, on: file, hint: say.restoreMark(), cause });
    }
  }

  #writeFile(file: string, content: object): void {
    replaceFile(file, Buffer.from(`${JSON.stringify(content)}\n`));
    giveToOwnerOf(dirname(file), file);
  }
}

/** Of a list, for a sentence about it. */
export function named(names: readonly string[]): Text {
  const first = names.length === 0 ? say.nobody() : listed(names.slice(0, maxNamed));
  return names.length <= maxNamed ? first : say.andMore({ named: first, count: names.length - maxNamed });
}

function readIfThere(file: string): Buffer | undefined {
  return existsSync(file) ? readFileSync(file) : undefined;
}

function digestOf(bytes: Buffer | undefined): string {
  return bytes === undefined ? NONE : createHash('sha256').update(bytes).digest('hex');
}

/** Without a mark a list is as good as before, but nobody would see that it went back. */
export function adoptLists(lists: readonly { adopt(): void }[], log: Log): void {
  for (const list of lists) {
    try {
      list.adopt();
    } catch (fault) {
      log.warn('How a list was left could not be kept; the next change tries again', { fault: messageOf(fault) });
    }
  }
}
