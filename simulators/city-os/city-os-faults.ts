/** What can be wrong with the city OS: its misbehaviour, and what a board says of it and of its receipts. */
import { createHash } from 'node:crypto';
import { decodeReceipt, encodeReceipt } from '../../shared/feed/receipt.ts';
import type { Reading } from '../../shared/reading.ts';
import type { FaultBoard, FaultKind } from '../fault-board.ts';
import { say } from './words.ts';

export const CITY_OS_FAULTS: readonly FaultKind[] = [
  {
    name: 'slow',
    meaning: say.slow(),
    parameters: { ms: { meaning: say.waits(), unit: 'ms', default: 1_000, min: 0, max: 600_000 } },
  },
  { name: 'silent', meaning: say.silent() },
  {
    name: 'refuse',
    meaning: say.refuse(),
    parameters: { share: { meaning: say.shareOfReadings(), unit: 'share', default: 0.1, min: 0, max: 1 } },
  },
  {
    name: 'crash',
    meaning: say.crash(),
    parameters: { times: { meaning: say.times(), unit: 'count', default: 1, min: 1, max: 1_000_000 } },
  },
  { name: 'wrong-number', meaning: say.wrongNumber() },
  { name: 'wrong-epoch', meaning: say.wrongEpoch() },
  { name: 'garbage-receipt', meaning: say.garbageReceipt() },
  { name: 'stray-receipt', meaning: say.strayReceipt() },
  { name: 'repeat-receipt', meaning: say.repeatReceipt() },
  { name: 'away', meaning: say.away() },
  {
    name: 'few-connects',
    meaning: say.fewConnects(),
    parameters: { clients: { meaning: say.clients(), unit: 'count', default: 1, min: 0.01, max: 10_000 } },
  },
  {
    name: 'small-packets',
    meaning: say.smallPackets(),
    parameters: { bytes: { meaning: say.largest(), unit: 'bytes', default: 4_096, min: 0, max: 256 * 1024 * 1024 } },
  },
  { name: 'expired-certificate', meaning: say.expiredCertificate() },
];

/** Its faults; an empty object means good behaviour. */
export interface Misbehaviour {
  /** How long it waits before it takes in each message. */
  readonly slowMs?: number;
  /** Stores, but sends no receipt. */
  readonly silent?: boolean;
  /** Asked after each commit; true cuts the gateway's connection before the receipt. */
  crashAfterCommit?(): boolean;
  /** Why a reading is refused. */
  refuse?(reading: Reading): string | undefined;
  /** Clients that its broker lets in within a second; further ones hear "server unavailable" (MQTT 3.1.1, 3.2.2.3). */
  readonly maxConnectsPerSecond?: number;
  /** The largest payload that its broker takes: it closes the connection of a client that sends a larger one. */
  readonly maxPayloadBytes?: number;
}

/** How far off the number of a stray receipt is. */
const STRAY = 1_000_000;
const OTHER_EPOCH = 'ffffffffffffffff';
/** As it goes over the wire, in English. */
const REASON = 'refused for trial';

export function misbehaviourOn(faults: FaultBoard): Misbehaviour {
  const slowMs = faults.get('slow')?.ms;
  const share = faults.get('refuse')?.share;
  const maxConnectsPerSecond = faults.get('few-connects')?.clients;
  const maxPayloadBytes = faults.get('small-packets')?.bytes;
  return {
    ...(slowMs !== undefined && { slowMs }),
    ...(faults.get('silent') && { silent: true }),
    ...(faults.get('crash') && { crashAfterCommit: () => crashesOnceMore(faults) }),
    ...(share !== undefined && {
      refuse: ({ device, kind, observedAt }) => {
        const isRefused = lot(`${device} ${kind} ${observedAt}`) < share;
        return isRefused ? REASON : undefined;
      },
    }),
    ...(maxConnectsPerSecond !== undefined && { maxConnectsPerSecond }),
    ...(maxPayloadBytes !== undefined && { maxPayloadBytes }),
  };
}

/** What goes out in the place of a receipt. */
export function receiptsFor(receipt: Uint8Array, faults: FaultBoard): readonly Uint8Array[] {
  const sent = [spoiled(receipt, faults)];
  if (faults.get('repeat-receipt')) sent.push(...sent);
  if (faults.get('stray-receipt')) sent.unshift(renumbered(receipt, STRAY));
  return sent;
}

function spoiled(receipt: Uint8Array, faults: FaultBoard): Uint8Array {
  if (faults.get('garbage-receipt')) return receipt.map((_, at) => (at * 7_919) % 251);
  if (faults.get('wrong-epoch')) return encodeReceipt({ ...decodeReceipt(receipt), epoch: OTHER_EPOCH });
  return faults.get('wrong-number') ? renumbered(receipt, 1) : receipt;
}

function renumbered(receipt: Uint8Array, by: number): Uint8Array {
  const told = decodeReceipt(receipt);
  const { number, last } = told;
  return encodeReceipt({ ...told, number: number + by, ...(last !== undefined && { last: last + by }) });
}

/** Counts the crash off the board. */
function crashesOnceMore(faults: FaultBoard): boolean {
  const times = faults.get('crash')?.times;
  if (times === undefined) return false;
  if (times > 1) faults.strike('crash', { times: times - 1 });
  else faults.clear('crash');
  return true;
}

/** 0 to 1, the same for the same text: a batch that comes again is judged as before. */
function lot(text: string): number {
  return createHash('sha256').update(text).digest().readUInt32BE() / 2 ** 32;
}
