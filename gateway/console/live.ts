/**
 * `GET /live`: how the gateway is, as server-sent events (HTML §9.2), whenever that has changed.
 *
 *   event: status   the JSON of the action "status": at once, then at most every `everyMs`
 *   event: gone     before the gateway or the session ends
 *
 * Promise: one look at the gateway and one compression serve all watchers, and there is neither while nobody watches. A watcher never has more than one event
 * on its way: what changes meanwhile is left out, and who has not taken one within `slowMs` is dropped. Bounds: `maxWatchers`, `maxOfUser`.
 */
import type { ServerResponse } from 'node:http';
import { constants, deflateRawSync } from 'node:zlib';
import type { Clock } from '../../shared/clock.ts';

const everyMs = 1_000;
const slowMs = 15_000;
/** Without an event a comment is sent, by which both ends see that the other is there. */
const quietMs = 15_000;
const maxWatchers = 50;
const maxOfUser = 10;

/**
 * A gzip stream (RFC 1952 §2.3.1) without name or time. Pieces that were each compressed apart up to a full flush (RFC 1951 §3.2.4) can stand behind
 * it in any order, so that one serves all watchers.
 */
const GZIP_HEADER = Buffer.from('1f8b0800000000000003', 'hex');
const COMMENT = pieceOf(':\n\n');

interface Piece {
  readonly plain: Buffer;
  readonly zipped: Buffer;
}

interface Watcher {
  readonly response: ServerResponse;
  readonly user: string;
  readonly takesGzip: boolean;
  /** Whether whoever watches still may. */
  mayWatch(): boolean;
  seen: Piece;
  /** When the last was written, monotonic ms. */
  writtenAt: number;
}

export class Live {
  readonly #status: () => string;
  readonly #clock: Clock;
  readonly #signal: AbortSignal;
  readonly #watchers = new Set<Watcher>();
  #newest: { readonly json: string; readonly piece: Piece; readonly at: number } | undefined;
  #isLooking = false;

  /** `status`: makes the JSON, on one line. */
  constructor(status: () => string, clock: Clock, signal: AbortSignal) {
    this.#status = status;
    this.#clock = clock;
    this.#signal = signal;
  }

  hasRoom(user: string): boolean {
    const own = [...this.#watchers].filter((each) => each.user === user).length;
    return this.#watchers.size < maxWatchers && own < maxOfUser;
  }

  /** Sends until one of the two ends it. The response's headers must be set but for those of the content. */
  watch(response: ServerResponse, about: Pick<Watcher, 'user' | 'takesGzip' | 'mayWatch'>): void {
    const { monotonic } = this.#clock.moment();
    const first = this.#look(monotonic);
    response.writeHead(200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
      'x-accel-buffering': 'no',
      ...(about.takesGzip && { 'content-encoding': 'gzip' }),
    });
    response.write(about.takesGzip ? Buffer.concat([GZIP_HEADER, first.zipped]) : first.plain);
    const watcher: Watcher = { response, ...about, seen: first, writtenAt: monotonic };
    this.#watchers.add(watcher);
    response.on('close', () => this.#watchers.delete(watcher));
    response.on('error', () => {}); // "close" follows
    if (this.#isLooking) return;
    this.#keepLooking().catch((fault) => {
      for (const each of this.#watchers) each.response.destroy(fault); // they come again
    });
  }

  /** Says that it is over. */
  end(): void {
    for (const watcher of this.#watchers) this.#dismiss(watcher);
  }

  async #keepLooking(): Promise<void> {
    this.#isLooking = true;
    try {
      for (;;) {
        await this.#clock.sleep(everyMs, this.#signal);
        if (this.#signal.aborted || this.#watchers.size === 0) return;
        const { monotonic } = this.#clock.moment();
        const newest = this.#look(monotonic);
        for (const watcher of this.#watchers) this.#tell(watcher, newest, monotonic);
      }
    } finally {
      this.#isLooking = false;
      this.#newest = undefined;
    }
  }

  /** What stands for `everyMs`, however many come to watch. */
  #look(now: number): Piece {
    if (this.#newest !== undefined && now - this.#newest.at < everyMs) return this.#newest.piece;
    const json = this.#status();
    const piece = json === this.#newest?.json ? this.#newest.piece : pieceOf(`event: status\ndata: ${json}\n\n`);
    this.#newest = { json, piece, at: now };
    return piece;
  }

  #tell(watcher: Watcher, newest: Piece, now: number): void {
    const { response, seen, writtenAt } = watcher;
    if (!watcher.mayWatch()) {
      this.#dismiss(watcher);
      return;
    }
    if (response.writableLength > 0) {
      if (now - writtenAt >= slowMs) response.destroy();
      return;
    }
    if (newest !== seen) write(watcher, newest);
    else if (now - writtenAt >= quietMs) write(watcher, COMMENT);
    else return;
    watcher.seen = newest;
    watcher.writtenAt = now;
  }

  #dismiss(watcher: Watcher): void {
    this.#watchers.delete(watcher);
    write(watcher, pieceOf('event: gone\ndata: {}\n\n'));
    watcher.response.end();
  }
}

function write({ response, takesGzip }: Watcher, { plain, zipped }: Piece): void {
  response.write(takesGzip ? zipped : plain);
}

function pieceOf(text: string): Piece {
  const plain = Buffer.from(text);
  return { plain, zipped: deflateRawSync(plain, { finishFlush: constants.Z_FULL_FLUSH }) };
}
