/**
 * One session with an archive: page after page is read, handed over, and passed.
 *
 * Promise: the position moves on when everything before it is durable in this hub's buffer. What was handed over before a crash comes
 * again, and the buffer knows it by its identity. Bounds: one page (pages.ts) in memory; while the buffer has no room for more that can
 * wait (`PortSurroundings.memory`), nothing is read, so that a broker that is away costs no reading: the archive keeps them.
 */
import { MachimoriError, messageOf, textOf } from '../../../shared/errors.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import { isoTime, type Reading } from '../../../shared/reading.ts';
import type { Text } from '../../../shared/text.ts';
import { isOrigin } from '../feed/gateway-topics.ts';
import type { FeedMessage, FeedReceiver, PortSurroundings } from '../port.ts';
import { DescribedGateways } from './described.ts';
import { batchMessage, birthMessage } from './messages.ts';
import type { OpenArchive } from './open-archive.ts';
import { type ArchivedBatch, firstThere, lackingIn, lastBefore, type Page, readDevices, readPage } from './pages.ts';
import { BEGINNING, beyond, type Position, readPosition } from './position.ts';
import type { ArchivePortSettings } from './settings.ts';
import { say } from './words.ts';

/** Batches that wait this long for a transaction are a problem. */
const heldBackAfterMs = 60_000;
/** In another cluster only the time of arrival tells what was read. Workers' clocks may differ, and a transaction takes a while. */
const readAgainMs = 86_400_000;
const NOTHING = new Uint8Array(0);

type Around = Pick<PortSurroundings, 'clock' | 'gateway' | 'log' | 'memory'>;

/** Resolves with the reason when the session has ended; rejects if it could not begin. */
export async function relay(
  archive: OpenArchive,
  settings: ArchivePortSettings,
  receiver: FeedReceiver,
  around: Around,
): Promise<Text> {
  const session = new Relay(archive, settings, receiver, around);
  await session.begin();
  receiver.opened();
  try {
    await session.follow();
    return archive.why;
  } catch (fault) {
    return archive.over.aborted ? archive.why : textOf(fault);
  } finally {
    receiver.heldBack?.(undefined);
  }
}

class Relay {
  readonly #archive: OpenArchive;
  readonly #settings: ArchivePortSettings;
  readonly #receiver: FeedReceiver;
  readonly #around: Around;
  readonly #described = new DescribedGateways();
  #position: Position;
  /** The transaction that batches wait for, and since when, monotonic ms. */
  #waiting: { readonly transaction: string; readonly since: number } | undefined;

  constructor(archive: OpenArchive, settings: ArchivePortSettings, receiver: FeedReceiver, around: Around) {
    this.#archive = archive;
    this.#settings = settings;
    this.#receiver = receiver;
    this.#around = around;
    const { archive: id, cluster } = archive.identity;
    this.#position = { archive: id, cluster, landmarks: [] };
  }

  /** Finds where to go on. */
  async begin(): Promise<void> {
    const { log, memory } = this.#around;
    const { name } = this.#settings;
    const { archive, cluster } = this.#archive.identity;
    const known = readPosition(memory.read(keyOf(name)));
    if (known?.archive !== archive) {
      if (known !== undefined) {
        log.warn('This is another archive than before; it is followed as one that is new', { port: name });
      }
      const { from } = this.#settings;
      if (from !== 'beginning') await this.#beginAt(from === 'now' ? from : Date.parse(from));
    } else if (known.cluster !== cluster) {
      await this.#goOnElsewhere(known);
    } else {
      await this.#goOn(known);
    }
    await this.#keep();
  }

  /** The archive's transactions were numbered anew (postgres/schema.ts), so a position says nothing but its time. */
  async #goOnElsewhere({ landmarks: [last] }: Position): Promise<void> {
    const since = last === undefined ? undefined : Date.parse(isoOf(last.receivedAt)) - readAgainMs;
    if (since !== undefined) await this.#beginAt(since);
    this.#around.log.warn(
      'The archive was moved to another PostgreSQL; some of it is read again, and what is known is dropped',
      {
        ...{ port: this.#settings.name, readAgainFrom: since === undefined ? 'its beginning' : isoTime(since) },
      },
    );
  }

  /** `since`: what the archive received at or after this time (epoch ms), or from now on. */
  async #beginAt(since: number | 'now'): Promise<void> {
    const { schema } = this.#settings;
    const last = await this.#archive.ask((client) => lastBefore(client, schema, since));
    if (last !== undefined) this.#position = { ...this.#position, landmarks: [{ page: 0, ...last }] };
  }

  async #goOn(known: Position): Promise<void> {
    const { schema, name } = this.#settings;
    const found = await this.#archive.ask((client) => firstThere(client, schema, known.landmarks));
    const [last] = known.landmarks;
    const landmarks = found === undefined ? [] : known.landmarks.slice(known.landmarks.indexOf(found));
    this.#position = { ...known, landmarks };
    if (found === last) return;
    const from = found === undefined ? 'its beginning' : `what it received at ${found.receivedAt}`;
    this.#around.log.warn(
      'The archive no longer has the last batch that was read: it was set back, or its retention is over',
      {
        port: name,
        readAgainFrom: from,
      },
    );
  }

  /** Until the connection is over, or the buffer fails. */
  async follow(): Promise<void> {
    const { clock, memory } = this.#around;
    const { over } = this.#archive;
    while (!over.aborted) {
      const isFull = memory.hasRoom() && (await this.#pass());
      if (!isFull) await clock.sleep(this.#settings.everyMs, over);
    }
  }

  /** Whether there may be more at once. */
  async #pass(): Promise<boolean> {
    const { schema } = this.#settings;
    const after = this.#position.landmarks[0] ?? BEGINNING;
    const page = await this.#archive.ask((client) => readPage(client, schema, after));
    this.#noteWaiting(page.waitsFor);
    const last = page.batches.at(-1);
    if (last === undefined) return false;
    await this.#describe(page);
    this.#tellOfDeleted(page);
    await this.#handOver(page);
    const { transaction, id, receivedAt } = last;
    this.#position = beyond(this.#position, { transaction, id, receivedAt });
    await this.#keep();
    return page.isFull;
  }

  async #describe(page: Page): Promise<void> {
    const { clock } = this.#around;
    const { monotonic, wall } = clock.moment();
    const due = this.#described.due(page, monotonic);
    if (due.length === 0) return;
    const read = await this.#archive.ask((client) => readDevices(client, this.#settings.schema, due));
    for (const { origin, devices } of this.#described.note(due, read, monotonic)) {
      await this.#take(origin, 'birth', birthMessage(origin, devices, this.#archive.identity.archive, wall));
    }
  }

  /** All are durable when it resolves; rejects if one is not. */
  async #handOver({ batches, readings }: Page): Promise<void> {
    const handed = batches.map(async (batch) => {
      const message = this.#messageOf(batch, readings.get(batch.id) ?? []);
      if (message !== undefined) await this.#take(batch, 'batch', message);
    });
    for (const each of await Promise.allSettled(handed)) if (each.status === 'rejected') throw each.reason;
  }

  /** Undefined if there is nothing in it, or none can be made of it. */
  #messageOf(batch: ArchivedBatch, readings: readonly Reading[]): Uint8Array | undefined {
    if (readings.length === 0) return undefined;
    try {
      if (batch.gateway === this.#around.gateway) this.#ignore(batch, say.ownName());
      else if (isOrigin(batch)) return batchMessage(batch, readings, this.#archive.identity.archive);
      else this.#ignore(batch, say.noOrigin());
    } catch (fault) {
      this.#ignore(batch, textOf(fault));
    }
    return undefined;
  }

  #ignore({ tenant, gateway, epoch, number }: ArchivedBatch, why: Text): void {
    const detail = say.notPassedOn({ batch: `${tenant}/${gateway} ${epoch} ${number}`, why });
    this.#receiver.ignored({ code: 'unknown-format', bytes: NOTHING, detail });
    this.#around.log.error('A batch of the archive cannot be passed on', { port: this.#settings.name, why: detail.en });
  }

  /** What the receiver cannot read is counted by it, and would be the same the next time. */
  async #take({ tenant, gateway }: Origin, message: FeedMessage, bytes: Uint8Array): Promise<void> {
    try {
      await this.#receiver.take({ tenant, gateway }, message, bytes);
    } catch (fault) {
      if (fault instanceof MachimoriError && fault.code === 'bad-message') return;
      throw fault;
    }
  }

  #tellOfDeleted(page: Page): void {
    const lacking = lackingIn(page);
    if (lacking <= 0) return;
    this.#around.log.error('Readings were deleted from the archive before they were passed on', {
      port: this.#settings.name,
      readings: lacking,
    });
  }

  #noteWaiting(transaction: string | undefined): void {
    const now = this.#around.clock.moment().monotonic;
    if (transaction === undefined) this.#waiting = undefined;
    else if (this.#waiting?.transaction !== transaction) this.#waiting = { transaction, since: now };
    const isHeldBack = this.#waiting !== undefined && now - this.#waiting.since >= heldBackAfterMs;
    const xid = BigInt.asUintN(32, BigInt(transaction ?? 0)).toString(); // as pg_stat_activity has it, without its epoch
    this.#receiver.heldBack?.(isHeldBack ? say.heldBack({ transaction: transaction ?? '', xid }) : undefined);
  }

  async #keep(): Promise<void> {
    try {
      await this.#around.memory.keep(keyOf(this.#settings.name), JSON.stringify(this.#position));
    } catch (fault) {
      throw new Error(`the position could not be kept: ${messageOf(fault)}`, { cause: fault });
    }
  }
}

/** Under which the buffer remembers it. */
function keyOf(port: string): string {
  return `port/${port}/position`;
}

/** PostgreSQL writes "2026-11-25 09:00:00.123+00". */
function isoOf(timestamp: string): string {
  return timestamp.replace(' ', 'T').replace(/\+00$/, 'Z');
}
