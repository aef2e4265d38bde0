/**
 * What is done about batches that are larger than the broker takes (size-limit.ts finds out): they are split (buffer.ts), new ones are
 * sealed smaller, and what may be too large waits for its turn, so that it takes no other with it.
 */
import type { Clock } from '../../shared/clock.ts';
import { messageOf } from '../../shared/errors.ts';
import type { SealedBatch } from '../../shared/feed/batch.ts';
import type { Text } from '../../shared/text.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { Outgoing, OutgoingBatch } from '../buffer/outgoing.ts';
import type { Log } from '../machine/log.ts';
import { isNobodyThere } from '../net/absence.ts';
import { isPacketTooLarge, PacketTooLarge } from '../net/mqtt-connection.ts';
import { type Sized, SizeLimit } from './size-limit.ts';

/** A connection that is closed so soon after a batch was sent may have been closed for its size. */
const promptMs = 10_000;
/** How long what may be too large lets others go first. */
const othersFirstMs = 1_000;
/** After a split that the disk did not let happen. */
const retryMs = 10_000;

/** What was on its way when the session ended, and not known to be taken by the broker. */
export interface Lost {
  readonly outgoing: OutgoingBatch;
  /** Monotonic ms. */
  readonly sentAt: number;
}

/** The largest batches, in bytes; undefined: any. */
export interface KnownSizes {
  /** From this size on the broker was found to take none. */
  readonly tooLargeFrom: number | undefined;
  /** The largest that is sealed. */
  readonly sealWithin: number | undefined;
}

interface BatchSizesOptions {
  readonly destination: string;
  readonly buffer: Pick<ReadingBuffer, 'sealWithin' | 'split' | 'release'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Told of every change. */
  known(sizes: KnownSizes): void;
}

export class BatchSizes {
  readonly #options: BatchSizesOptions;
  readonly #limit = new SizeLimit();
  /** Resolves when the last that may be too large has had its turn. */
  #turn: Promise<void> = Promise.resolve();

  constructor(options: BatchSizesOptions) {
    this.#options = options;
  }

  /** A session has begun; its broker says what it takes, or nothing. */
  begin(maxBatchBytes: number | undefined): void {
    this.#limit.announced(maxBatchBytes);
    this.#changed();
  }

  /** Call now and then: what was learnt is not for ever. */
  forgetOld(): void {
    if (this.#limit.forgetOld(this.#options.clock.moment().monotonic)) this.#changed();
  }

  /**
   * Resolves when the batch may be sent, with what to call when it has come back; undefined if it may be sent at once. A batch that must
   * `yield` waits no longer: its place in the window is needed.
   */
  async turn(outgoing: Outgoing, mustYield: () => boolean, signal: AbortSignal): Promise<(() => void) | undefined> {
    if (outgoing.kind !== 'batch') return undefined;
    const { clock } = this.#options;
    const batch = sizedOf(outgoing.batch);
    this.forgetOld();
    if (!this.#limit.isSuspect(batch) || this.#isTooLarge(outgoing.batch)) return undefined;
    const before = this.#turn;
    let end = () => {};
    this.#turn = new Promise((resolve) => {
      end = resolve;
    });
    await before;
    if (this.#limit.isSuspect(batch)) await clock.sleep(othersFirstMs, signal);
    while (this.#limit.mustWait(batch.bytes) && !mustYield() && !signal.aborted)
      await clock.sleep(othersFirstMs, signal);
    return end;
  }

  /** Splits what is known to be too large, and tells whether it was. */
  async splits(outgoing: Outgoing, signal: AbortSignal): Promise<boolean> {
    if (outgoing.kind !== 'batch' || !this.#isTooLarge(outgoing.batch)) return false;
    await this.#split(outgoing, signal);
    return true;
  }

  stored(outgoing: Outgoing): void {
    if (outgoing.kind !== 'batch') return;
    this.#limit.stored(sizedOf(outgoing.batch));
    this.#changed();
  }

  /** Splits what the broker refused for its size, and tells whether it did. */
  async refused(outgoing: Outgoing, fault: unknown, signal: AbortSignal): Promise<boolean> {
    if (outgoing.kind !== 'batch' || !(fault instanceof PacketTooLarge)) return false;
    this.#limit.refused(sizedOf(outgoing.batch), this.#options.clock.moment().monotonic);
    this.#found('The broker refused a batch for its size. Batches are split from now on');
    await this.#split(outgoing, signal);
    return true;
  }

  /** A session has ended; splits what it was ended for. */
  async ended(lost: readonly Lost[], why: Text, signal: AbortSignal): Promise<void> {
    if (isNobodyThere(why)) return;
    const now = this.#options.clock.moment().monotonic;
    const prompt = lost.filter(({ sentAt }) => now - sentAt <= promptMs).map(({ outgoing }) => outgoing);
    const sizes = prompt.map(({ batch }) => sizedOf(batch));
    const blamed = isPacketTooLarge(why)
      ? sizes.toSorted((a, b) => b.bytes - a.bytes)[0]
      : this.#limit.closedOn(sizes, now);
    const outgoing = prompt.find(({ batch }) => sizedOf(batch).key === blamed?.key);
    if (blamed === undefined || outgoing === undefined) return;
    if (isPacketTooLarge(why)) this.#limit.refused(blamed, now);
    this.#found('The broker closes the connection on large batches. They are split from now on');
    await this.#split(outgoing, signal);
  }

  #isTooLarge({ bytes, count }: SealedBatch): boolean {
    return this.#limit.isTooLarge(bytes.length, count > 1);
  }

  /** If the disk does not let it, the batch waits again. */
  async #split(outgoing: OutgoingBatch, signal: AbortSignal): Promise<void> {
    const { destination, buffer, clock, log } = this.#options;
    const { batch } = outgoing;
    const size = batch.bytes.length;
    try {
      buffer.split(destination, outgoing, `larger than the broker takes (${size} bytes)`);
    } catch (fault) {
      log.error('A batch that is too large for the broker could not be split; it waits', { fault: messageOf(fault) });
      await clock.sleep(retryMs, signal);
      buffer.release(destination, outgoing);
      return;
    }
    if (batch.count > 1) return;
    log.error('A reading is larger than the broker takes. It was set aside with the refused ones', {
      destination,
      bytes: size,
      hint: 'Raise the limit of the broker, then: machimori refused retry',
    });
  }

  #found(message: string): void {
    this.#changed();
    const { destination, log } = this.#options;
    const hint = 'Raise the limit of the broker (Mosquitto: max_packet_size, message_size_limit)';
    log.warn(message, { destination, bytes: this.#limit.tooLargeFrom, sealedWithin: this.#limit.sealWithin, hint });
  }

  #changed(): void {
    const { destination, buffer, known } = this.#options;
    const { tooLargeFrom, sealWithin } = this.#limit;
    buffer.sealWithin(destination, sealWithin);
    known({ tooLargeFrom, sealWithin });
  }
}

function sizedOf({ epoch, number, bytes }: SealedBatch): Sized {
  return { key: `${epoch} ${number}`, bytes: bytes.length };
}
