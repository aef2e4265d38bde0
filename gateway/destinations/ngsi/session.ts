/**
 * The destinations `ngsi-v2` and `ngsi-ld`: readings become entities of a context broker, which holds what is the case now.
 *
 *   batch ─▶ readings ─▶ entities (make-entities.ts) ─▶ lanes: one request at a time each ─▶ receipt, once all are settled
 *
 * Promises: a batch is answered once the broker has taken all that is news in it; nothing older overwrites anything newer (newest.ts). What is
 * late is stored as far as this destination goes: history is for destinations that keep it. A gap means nothing to a broker and is
 * answered at once. What is personal goes only with `personal`. Bounds: those of a receiver for a batch (docs/feed.md, rule 6); a time that is
 * no date of four digits, or is further ahead than five minutes of a clock that is set, is refused.
 *
 * A session ends when nobody is there, when requests break off again and again, and when the broker lets nobody in. Otherwise it stays
 * and tries again. While nothing is sent it asks every `askEveryMs` whether the broker is there.
 */
import { join } from 'node:path';
import type { Clock } from '../../../shared/clock.ts';
import { FormatError, textOf } from '../../../shared/errors.ts';
import { decodeBatch, decodeBody, RECEIVER_BOUNDS } from '../../../shared/feed/batch.ts';
import type { DeviceDescription } from '../../../shared/feed/birth.ts';
import { maxReasonLength, type Receipt } from '../../../shared/feed/receipt.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { Text } from '../../../shared/text.ts';
import { decompress } from '../../buffer/compress.ts';
import type { Outgoing } from '../../buffer/outgoing.ts';
import { isNobodyThere } from '../../net/absence.ts';
import { say as net } from '../../net/words.ts';
import type { DestinationSurroundings, Session } from '../destination.ts';
import { isGood, wordsOf } from './answers.ts';
import { askForOrders } from './asked-orders.ts';
import { Broker, foundText } from './broker.ts';
import { Claim } from './claim.ts';
import type { Census } from './format.ts';
import { Lanes } from './lanes.ts';
import { entitiesOf } from './make-entities.ts';
import { futureMs, Newest } from './newest.ts';
import { openNewestFile } from './newest-file.ts';
import type { NgsiOptions } from './options.ts';
import { isPersonal } from './personal.ts';
import { say } from './words.ts';

/** What a tenant has that is not there yet. */
const NOTHING: Census = { entities: 0, types: [] };
/** 9999-12-31T23:59:59.999Z: later dates have no four digits (RFC 3339). */
const lastDate = 253_402_300_799_999;

/** What the broker has, in words. Rejects if it cannot be reached. */
export async function probe(
  options: NgsiOptions,
  { clock, openHttp }: DestinationSurroundings,
  signal: AbortSignal,
): Promise<Text> {
  const broker = new Broker({ ...options, clock, openHttp });
  try {
    const { census, answer } = await broker.census(signal);
    return census === undefined ? say.cannotRead({ words: wordsOf(answer) }) : foundText(census);
  } finally {
    broker.close();
  }
}

export async function openSession(
  options: NgsiOptions,
  surroundings: DestinationSurroundings,
  signal: AbortSignal,
): Promise<Session> {
  const { name: destination, maxEntities, maxRequestBytes, answerTimeoutMs } = options;
  const { clock, log, openHttp, dataDirectory } = surroundings;
  const broker = new Broker({ ...options, clock, openHttp });
  const contact = await broker.census(signal).catch((fault: unknown) => {
    broker.close();
    throw fault;
  });
  const isEmpty = contact.census?.entities === 0 || contact.answer.status === 404;
  if (contact.census === undefined && contact.answer.status !== 404) {
    log.warn('The broker does not say what it has', { destination, answer: wordsOf(contact.answer) });
  } else {
    const found = foundText(contact.census ?? NOTHING);
    if (isEmpty) log.warn(found.en, { destination });
    else log.info(found.en, { destination });
  }

  const file = openNewestFile({ file: join(dataDirectory, `${destination}.newest.sqlite`), destination, log });
  const beginsWithOne = options.makesTenant && isEmpty;
  const lanes = new Lanes(beginsWithOne ? 1 : options.parallelRequests, {
    ...{ destination, broker, newest: new Newest(file), maxEntities, maxRequestBytes, answerTimeoutMs, clock, log },
    beginsWithOne,
  });
  if (!isGood(contact.answer)) lanes.waitFor(contact.answer);
  const over = new AbortController();
  const claims = new Set<Claim>();
  const ended = Promise.race([lanes.run(over.signal), watch(broker, lanes, options, clock, over.signal)]).then(
    (why) => {
      over.abort();
      for (const claim of claims) claim.giveUp(why);
      broker.close();
      file.close();
      return why;
    },
  );
  const { commands, commandsEveryMs } = options;
  const { orderOf: order } = surroundings;
  if (commands.length > 0 && order === undefined) {
    log.warn('Nobody can order anything by the broker: only a hub gives orders', { destination });
  }
  if (commands.length > 0 && order !== undefined) {
    void askForOrders({ destination, broker, commands, commandsEveryMs, order, clock, log }, over.signal);
  }
  const reader = new BatchReader(options, surroundings);
  return {
    ended,
    trouble: () =>
      lanes.trouble === undefined ? undefined : say.takesNothing({ name: destination, words: lanes.trouble }),
    report: async () => {},
    async close() {
      over.abort();
      await ended;
    },
    async send(outgoing, taken = () => {}) {
      taken(); // size is never to blame here: delivery.ts finds what is too large
      if (outgoing.kind === 'gap') {
        const { gateway, epoch, number, last } = outgoing.gap;
        return { gateway, epoch, number, last, outcome: 'stored', refused: [] };
      }
      const claim = new Claim(outgoing.batch, clock.moment().monotonic);
      if (over.signal.aborted) claim.giveUp(net.stopped());
      claims.add(claim);
      try {
        const unreadable = reader.read(outgoing, claim, lanes);
        if (unreadable !== undefined) return unreadable;
        claim.close();
        lanes.nudge();
        return await claim.receipt;
      } finally {
        claims.delete(claim);
      }
    },
  };
}

/** Asks whether the broker is there while nothing else does; resolves if nobody is. */
async function watch(
  broker: Broker,
  lanes: Lanes,
  { askEveryMs }: NgsiOptions,
  clock: Clock,
  signal: AbortSignal,
): Promise<Text> {
  while (!signal.aborted) {
    const quietMs = clock.moment().monotonic - lanes.answeredAt;
    if (quietMs < askEveryMs) {
      await clock.sleep(askEveryMs - quietMs, signal);
      continue;
    }
    try {
      await broker.ask(broker.format.census(), signal);
    } catch (fault) {
      const why = textOf(fault);
      if (isNobodyThere(fault)) return isNobodyThere(why) ? why : net.vanished({ why });
    }
    lanes.answered(clock.moment().monotonic);
  }
  return net.stopped();
}

/** Turns batches into what is said of entities. */
class BatchReader {
  readonly #options: NgsiOptions;
  readonly #surroundings: DestinationSurroundings;
  #hasToldOfPersonal = false;

  constructor(options: NgsiOptions, surroundings: DestinationSurroundings) {
    this.#options = options;
    this.#surroundings = surroundings;
  }

  /** Puts all that goes into the lanes; a receipt if the batch cannot be read. */
  read({ batch, tenant }: Extract<Outgoing, { kind: 'batch' }>, claim: Claim, lanes: Lanes): Receipt | undefined {
    let readings: readonly Reading[];
    try {
      readings = readingsOf(batch.bytes, batch.count);
    } catch (fault) {
      const { gateway, epoch, number } = batch;
      const reason = textOf(fault).en.slice(0, maxReasonLength);
      return { gateway, epoch, number, outcome: 'unreadable', refused: [], reason };
    }
    const origin: Origin = { tenant: tenant ?? this.#surroundings.tenant, gateway: batch.gateway };
    const described = new Map<string, DeviceDescription | undefined>();
    for (const [index, reading] of readings.entries()) {
      const { device } = reading;
      if (!described.has(device)) described.set(device, this.#surroundings.describe(device, origin));
      const why = this.#add(
        reading,
        index,
        { origin, description: described.get(device) },
        claim,
        lanes,
        batch.lane === 'urgent',
      );
      if (why !== undefined) claim.refuse(index, why.en);
    }
    return undefined;
  }

  /** Why the reading cannot go although it should; undefined if it does, or need not. */
  #add(
    reading: Reading,
    index: number,
    { origin, description }: { readonly origin: Origin; readonly description: DeviceDescription | undefined },
    claim: Claim,
    lanes: Lanes,
    isUrgent: boolean,
  ): Text | undefined {
    const { mapping, personal, doubtful: tellsDoubts } = this.#options;
    if (!this.#surroundings.accepts(reading, origin)) return undefined;
    if (!personal && isPersonal(reading, description)) return this.#tellOfPersonal();
    const wrong = this.#timeFault(reading);
    if (wrong !== undefined) return wrong;
    const { contributions, lacking } = entitiesOf(reading, { origin, description, mapping, tellsDoubts });
    const mark = { at: reading.observedAt, ...claim.mark, index };
    for (const contribution of contributions) lanes.add({ contribution, mark, claim }, isUrgent);
    return lacking;
  }

  #timeFault({ observedAt }: Reading): Text | undefined {
    const { wall, synchronised } = this.#surroundings.clock.moment();
    if (!(observedAt >= 0 && observedAt <= lastDate)) return say.noDate();
    const minutes = Math.round((observedAt - wall) / 60_000);
    return synchronised && observedAt - wall > futureMs ? say.fromTheFuture({ minutes }) : undefined;
  }

  #tellOfPersonal(): undefined {
    if (this.#hasToldOfPersonal) return;
    this.#hasToldOfPersonal = true;
    const { name } = this.#options;
    this.#surroundings.log.info('Personal readings stay out of the broker, as the destination has no personal = true', {
      destination: name,
    });
  }
}

/** Throws a MachimoriError, a FormatError or zlib's error if the bytes are not a batch within the bounds of a receiver. */
function readingsOf(bytes: Uint8Array, count: number): readonly Reading[] {
  const { header, body } = decodeBatch(bytes);
  const { bodyBytes, readings: maxReadings } = RECEIVER_BOUNDS;
  const readings = decodeBody(header, decompress(body, header.compression, bodyBytes), maxReadings);
  if (readings.length !== count) throw new FormatError(say.wrongCount({ given: readings.length, expected: count }));
  return readings;
}
