/**
 * At a hub, from a port to the buffer: batches of other gateways pass through as they came.
 *
 *   batch ──▶ decoded within a receiver's bounds, so that an unreadable one is answered so ──▶ waits, as its bytes came, for each
 *             destination that wants any of it; its identity is remembered in the same commit ──▶ receipt
 *   gap   ──▶ the same · birth, status ──▶ what is known of its gateway
 *
 * At a worker batches and gaps go straight to the destinations (straight.ts) and nothing waits.
 *
 * Nothing here is trusted: a message must be of the gateway that sent it, and this hub's clock is set by none of them.
 */
import { createHash } from 'node:crypto';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { isAnonymous } from '../../shared/feed/anonymous.ts';
import { badMessage } from '../../shared/feed/batch.ts';
import { type Birth, decodeBirth, decodeStatus, type Status } from '../../shared/feed/birth.ts';
import type { Gap } from '../../shared/feed/receipt.ts';
import { type ReceivedBatch, receiveBatch, receiveGap, type Stored } from '../../shared/feed/receive.ts';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Reading } from '../../shared/reading.ts';
import { foreign } from '../../shared/text.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import { decompress } from '../buffer/compress.ts';
import type { Copies } from '../buffer/passing/take-in.ts';
import type { Log } from '../machine/log.ts';
import type { FeedMessage, FeedPort, FeedReceiver } from '../ports/port.ts';
import {
  noteBytes,
  noteClosed,
  noteFrame,
  noteOpen,
  noteRubbish,
  noteTurnedAway,
  type PortActivity,
} from './activity.ts';
import { ofGateway } from './its-own-name.ts';
import { type StoreStraight, takeStraight } from './straight.ts';
import { say } from './words.ts';

export interface FeedReaderOptions {
  readonly name: string;
  readonly activity: PortActivity;
  readonly buffer: Pick<ReadingBuffer, 'takeIn'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly gateways: OtherGateways;
  readonly routes: HubRoutes;
  /** Whether it is this gateway itself, whose batches have come back through other hubs. */
  isOwn(from: Origin): boolean;
  /** As its port's. */
  readonly accepts?: FeedPort['accepts'] | undefined;
  /** Takes what became of an order of this hub's. Rejects with "bad-message", or if it could not be kept. */
  readonly takeResult?: ((from: Origin, result: Uint8Array) => Promise<void>) | undefined;
  /** At a worker: stores a message at all destinations that take it. */
  readonly straight?: StoreStraight | undefined;
}

/** What is known of other gateways. */
export interface OtherGateways {
  born(from: Origin, birth: Birth, at: number): void;
  reported(from: Origin, status: Status, at: number): void;
  /** A batch is being stored: what is to be told of its readings is committed with it. Undefined if nothing is. Rejects as the buffer does. */
  arriving(from: Origin, readings: readonly Reading[]): Promise<void> | undefined;
  /** A batch was stored, with its readings. */
  sent(from: Origin, readings: readonly Reading[], at: number): void;
}

/** Who gets what of other gateways' feeds. */
export interface HubRoutes {
  copies(batch: ReceivedBatch, from: Origin, readings: readonly Reading[], message: Uint8Array): Copies;
  /** The destinations that are told of a gateway's gaps. */
  forGaps(from: Origin): readonly string[];
}

export function feedReader(options: FeedReaderOptions): FeedReceiver {
  const { activity, clock, gateways, isOwn, name, log } = options;
  const now = () => clock.moment().wall;
  const take = async (from: Origin, message: FeedMessage, payload: Uint8Array) => {
    if (options.straight !== undefined && (message === 'batch' || message === 'gap')) {
      return takeStraight(from, message, payload, { ...options, store: options.straight });
    }
    switch (message) {
      case 'batch':
        return receiveBatch(payload, receiving(from, payload, options));
      case 'gap':
        return receiveGap(payload, receiving(from, payload, options));
      case 'birth':
        if (!isOwn(from)) gateways.born(from, ofGateway(from, decodeBirth(payload)), now());
        return undefined;
      case 'status':
        if (!isOwn(from)) gateways.reported(from, ofGateway(from, decodeStatus(payload)), now());
        return undefined;
      case 'result':
        await options.takeResult?.(from, payload);
        return undefined;
    }
  };
  return {
    opened: () => noteOpen(activity),
    closed: (why, retry) => noteClosed(activity, why, retry),
    turnedAway: (rubbish) => noteTurnedAway(activity, rubbish, now()),
    ignored: (rubbish) => noteRubbish(activity, rubbish, now()),
    heldBack: (why) => {
      activity.heldBack = why;
    },
    async take(from, message, payload) {
      noteBytes(activity, payload.length, now());
      try {
        const receipt = await take(from, message, payload);
        noteFrame(activity, now());
        return receipt;
      } catch (fault) {
        if (fault instanceof MachimoriError && fault.code === 'bad-message') {
          noteRubbish(activity, { code: 'unknown-format', bytes: payload, detail: fault.what }, now());
        } else {
          log.error('A message of another gateway could not be stored; it will send it again', {
            port: name,
            fault: String(fault),
          });
        }
        throw fault;
      }
    },
  };
}

function receiving(from: Origin, message: Uint8Array, options: FeedReaderOptions) {
  const { buffer, clock, gateways, routes, activity, isOwn } = options;
  const { tenant } = from;
  return {
    decompress,
    digest: (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex').slice(0, 16),
    store: {
      async storeBatch(header: ReceivedBatch, readings: readonly Reading[]): Promise<Stored> {
        ofGateway(from, header);
        if (options.accepts?.(header, message.length, readings) === false) {
          throw badMessage(foreign(options.name), say.notByThisDoor());
        }
        if (isOwn(from)) return 'stored';
        const at = clock.moment().wall;
        const copies = routes.copies(header, from, readings, message);
        const isKnown = !isAnonymous(from.gateway);
        const telling = isKnown ? gateways.arriving(from, readings) : undefined; // first, so that it is written in the same commit or an earlier one
        const taking = buffer.takeIn({ kind: 'batch', tenant, at, header, digest: header.digest, copies });
        const [known] = await Promise.all([taking, telling]);
        if (known === 'new') {
          activity.readings += readings.length;
          activity.lastReadingAt = at;
          if (isKnown) gateways.sent(from, readings, at);
        }
        return known === 'new' ? 'stored' : known;
      },
      async storeGap(gap: Gap) {
        ofGateway(from, gap);
        if (isOwn(from)) return;
        const at = clock.moment().wall;
        await buffer.takeIn({ kind: 'gap', tenant, at, gap, destinations: routes.forGaps(from) });
      },
    },
  };
}
