/**
 * Group commit: messages that come while a transaction runs share the next one, and each gets its own receipt after the commit.
 *
 * Promise: a receipt only for what is committed; when a transaction fails, all of its messages reject and are sent again. One
 * transaction at a time, of at most `maxRows` readings and `maxGroupBytes` of messages; a single batch may have more. It never queues
 * for itself: what waits here is what the forwarder has on its way (`window`). Messages are decoded while they wait, so that decoding
 * and the database's work overlap, up to `maxDecodedRows` in memory; further ones when their turn comes.
 */
import { TextError } from '../../../shared/errors.ts';
import type { Receipt } from '../../../shared/feed/receipt.ts';
import type { Text } from '../../../shared/text.ts';
import type { Outgoing } from '../../buffer/outgoing.ts';
import type { Incoming, Written } from './history.ts';
import type { Unreadable } from './incoming.ts';

const maxGroupBytes = 8_000_000;
const maxDecodedRows = 200_000;

export interface GroupCommitOptions {
  readonly maxRows: number;
  /** Whether the database works beside this program, and not in its thread. */
  readonly overlaps: boolean;
  decode(outgoing: Outgoing): Incoming | Unreadable;
  /** One transaction. Calls `isBusy` when the database has enough to do for a while. */
  write(group: readonly Incoming[], isBusy: () => void): Promise<readonly Written[]>;
}

interface Waiting {
  readonly outgoing: Outgoing;
  decoded: Incoming | undefined;
  resolve(receipt: Receipt): void;
  reject(fault: unknown): void;
}

export class GroupCommit {
  readonly #options: GroupCommitOptions;
  readonly #waiting: Waiting[] = [];
  #decodedRows = 0;
  #isWriting = false;
  #isDecoding = false;
  /** The database is, and this program has time. */
  #isBusy = false;
  #over: Text | undefined;

  constructor(options: GroupCommitOptions) {
    this.#options = options;
  }

  send(outgoing: Outgoing): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      if (this.#over !== undefined) return reject(new TextError(this.#over));
      this.#waiting.push({ outgoing, decoded: undefined, resolve, reject });
      if (this.#isWriting) return this.#isBusy ? this.#decodeAhead() : undefined;
      this.#isWriting = true;
      setImmediate(() => void this.#writeAll()); // others that are on their way share its transaction
    });
  }

  /** One message at a time, so that the database's answers are taken in between. */
  #decodeAhead(): void {
    if (this.#isDecoding) return;
    this.#isDecoding = true;
    setImmediate(() => {
      this.#isDecoding = false;
      const next = this.#waiting.find(({ decoded }) => decoded === undefined);
      if (next === undefined || this.#decodedRows >= maxDecodedRows || !this.#isBusy) return;
      if (!this.#decode(next)) this.#waiting.splice(this.#waiting.indexOf(next), 1); // it has its answer
      this.#decodeAhead();
    });
  }

  /** Rejects what waits, and whatever comes. */
  end(why: Text): void {
    this.#over ??= why;
    for (const { reject } of this.#waiting.splice(0)) reject(new TextError(why));
  }

  async #writeAll(): Promise<void> {
    // Half of those that came together at first, so that from then on each half is decoded while the other is written.
    const half = this.#options.overlaps ? Math.ceil(this.#waiting.length / 2) : undefined;
    for (let group = this.#next(half); group.length > 0; group = this.#next()) {
      const isBusy = () => {
        this.#isBusy = true;
        this.#decodeAhead();
      };
      try {
        const written = await this.#options.write(
          group.map(({ decoded }) => decoded),
          isBusy,
        );
        this.#isBusy = false;
        for (const [i, { outgoing, resolve, reject, decoded }] of group.entries()) {
          const each = written[i];
          if (each === undefined) reject(new RangeError('the engine has not said what became of it'));
          else resolve(receiptOf(outgoing, decoded, each));
        }
      } catch (fault) {
        this.#isBusy = false;
        for (const { reject } of group) reject(fault);
      }
    }
    this.#isWriting = false;
  }

  #next(most = Number.POSITIVE_INFINITY): (Waiting & { decoded: Incoming })[] {
    const group: (Waiting & { decoded: Incoming })[] = [];
    let [rows, bytes] = [0, 0];
    for (let next = this.#waiting[0]; next !== undefined && group.length < most; next = this.#waiting[0]) {
      if (next.decoded === undefined && !this.#decode(next)) {
        this.#waiting.shift(); // it has its answer
        continue;
      }
      const decoded = next.decoded as Incoming | undefined; // set by `#decode`
      if (decoded === undefined) break;
      rows += rowsOf(decoded);
      bytes += next.outgoing.kind === 'batch' ? next.outgoing.batch.bytes.length : 0;
      if (group.length > 0 && (rows > this.#options.maxRows || bytes > maxGroupBytes)) break;
      this.#waiting.shift();
      this.#decodedRows -= rowsOf(decoded);
      group.push(Object.assign(next, { decoded }));
    }
    return group;
  }

  /** False if it has been answered instead. */
  #decode(waiting: Waiting): boolean {
    const { outgoing } = waiting;
    try {
      const decoded = this.#options.decode(outgoing);
      if (decoded.kind === 'unreadable') {
        waiting.resolve({ ...unreadable(outgoing, decoded.reason) });
        return false;
      }
      waiting.decoded = decoded;
      this.#decodedRows += rowsOf(decoded);
      return true;
    } catch (fault) {
      waiting.reject(fault);
      return false;
    }
  }
}

function rowsOf(incoming: Incoming): number {
  return incoming.kind === 'batch' ? incoming.rows.length : 0;
}

function receiptOf(outgoing: Outgoing, incoming: Incoming, written: Written): Receipt {
  if (written.outcome === 'unreadable') return unreadable(outgoing, written.reason);
  const { gateway, epoch, number } = idOf(outgoing);
  if (incoming.kind === 'gap') {
    return { gateway, epoch, number, last: incoming.gap.last, outcome: 'stored', refused: [] };
  }
  const { digest } = incoming;
  if (written.outcome === 'conflict') return { gateway, epoch, number, digest, outcome: 'conflict', refused: [] };
  return { gateway, epoch, number, digest, outcome: 'stored', refused: written.refused };
}

function unreadable(outgoing: Outgoing, reason: string): Receipt {
  const { gateway, epoch, number } = idOf(outgoing);
  return { gateway, epoch, number, outcome: 'unreadable', refused: [], reason };
}

function idOf(outgoing: Outgoing) {
  return outgoing.kind === 'batch' ? outgoing.batch : outgoing.gap;
}
