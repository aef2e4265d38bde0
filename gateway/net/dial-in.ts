/**
 * Devices that dial in (cellular DTUs, serial servers in client mode): several lines may share an address, and are told apart by what a
 * caller says first.
 *
 * Bounds: those of `Door` for callers that have not said who they are; `maxIdentificationBytes` of what they say. Whoever says
 * something else is turned away.
 */
import { createServer, type Server, type Socket } from 'node:net';
import type { Clock } from '../../shared/clock.ts';
import { toHex } from '../../shared/hex.ts';
import type { Text } from '../../shared/text.ts';
import { listen, plainAddress } from './address.ts';
import { Door } from './door.ts';
import { onAbort } from './keep-open.ts';
import { say } from './words.ts';

export const maxIdentificationBytes = 256;
/** So long a caller may take to go on, if what it has said is one identification and the beginning of another. */
export const goesOnWithinMs = 2_000;
const shownBytes = 32;
const CR = 0x0d;
const LF = 0x0a;

/** One line that can be called. */
export interface Line {
  /** What its caller says first, a line end may follow; empty: anybody is its caller. */
  readonly identification: Uint8Array;
  /** It can be called from now on. */
  listens(): void;
  /** A caller has come, with what it said after that. */
  answered(socket: Socket, rest: Uint8Array): void;
  /** Somebody has said something else. */
  turnedAway(why: Text): void;
}

export class DialIn {
  readonly #clock: Clock;
  readonly #boards = new Map<string, Switchboard>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Answers for a line until the signal aborts or the address is lost, and says why it ended. Rejects if it cannot listen. */
  async answer(address: string, line: Line, signal: AbortSignal): Promise<Text> {
    const board = this.#boards.get(address) ?? new Switchboard(address, this.#clock);
    this.#boards.set(address, board);
    return board.answer(line, signal).finally(() => {
      if (board.isIdle) this.#boards.delete(address);
    });
  }
}

class Switchboard {
  readonly #address: string;
  readonly #clock: Clock;
  readonly #door: Door;
  readonly #lines = new Set<Line>();
  readonly #server: Server;
  #listening: Promise<void> | undefined;
  readonly #lost: Promise<Text>;

  constructor(address: string, clock: Clock) {
    this.#address = address;
    this.#clock = clock;
    this.#door = new Door(clock);
    this.#server = createServer((socket) => this.#greet(socket));
    this.#lost = new Promise((resolve) => {
      this.#server.on('close', () => resolve(say.addressLost()));
    });
  }

  get isIdle(): boolean {
    return this.#lines.size === 0;
  }

  async answer(line: Line, signal: AbortSignal): Promise<Text> {
    this.#lines.add(line);
    this.#listening ??= listen(this.#server, this.#address);
    let forget = () => {};
    try {
      await this.#listening;
      line.listens();
      const stopped = new Promise<Text>((resolve) => {
        forget = onAbort(signal, () => resolve(say.stopped()));
      });
      return await Promise.race([stopped, this.#lost]);
    } finally {
      forget();
      this.#lines.delete(line);
      if (this.isIdle) this.#server.close();
    }
  }

  /** Of identifications that begin alike, the longest. */
  #calledBy(said: Uint8Array): Line | undefined {
    const called = [...this.#lines].filter(({ identification }) => startsWith(said, identification));
    return called.toSorted((a, b) => b.identification.length - a.identification.length)[0];
  }

  /** Whether what it says next may call another line. */
  #mayCallAnother(said: Uint8Array): boolean {
    return [...this.#lines].some(
      ({ identification }) => identification.length > said.length && startsWith(identification, said),
    );
  }

  #greet(socket: Socket): void {
    const leave = this.#door.enter(socket);
    let pause = new AbortController();
    let said: Uint8Array = new Uint8Array(0);
    const turnAway = () => {
      leave();
      const [line] = this.#lines;
      const shown = toHex(said.subarray(0, shownBytes));
      line?.turnedAway(say.unknownCaller({ from: plainAddress(socket.remoteAddress), hex: shown }));
      socket.destroy();
    };
    const answer = (line: Line) => {
      leave();
      socket.off('data', hear);
      line.answered(socket, withoutLineEnd(said, line));
    };
    const answerUnlessItGoesOn = async ({ signal }: AbortController) => {
      await this.#clock.sleep(goesOnWithinMs, signal);
      const line = signal.aborted ? undefined : this.#calledBy(said);
      if (line !== undefined) answer(line);
    };
    const hear = (chunk: Uint8Array) => {
      pause.abort();
      said = Buffer.concat([said, chunk]);
      if (this.#mayCallAnother(said)) {
        pause = new AbortController();
        void answerUnlessItGoesOn(pause);
        return;
      }
      const line = this.#calledBy(said);
      if (line === undefined) turnAway();
      else answer(line);
    };
    socket.once('close', () => pause.abort());
    socket.on('error', () => {}); // it closes then
    socket.on('data', hear);
    hear(new Uint8Array(0));
  }
}

function startsWith(bytes: Uint8Array, start: Uint8Array): boolean {
  return bytes.length >= start.length && start.every((byte, i) => bytes[i] === byte);
}

function withoutLineEnd(said: Uint8Array, { identification: { length } }: Line): Uint8Array {
  if (length === 0) return said;
  let from = length;
  if (said[from] === CR) from++;
  if (said[from] === LF) from++;
  return said.subarray(from);
}
