/** A receiver on the receiving half, behind a broker, with one fault of choice: what somebody who misreads docs/feed.md writes. */
import { brotliDecompressSync, inflateRawSync } from 'node:zlib';
import { decodeBatch } from '../../../shared/feed/batch.ts';
import { decodeCbor } from '../../../shared/feed/cbor.ts';
import { decodeReceipt, encodeReceipt, type Receipt } from '../../../shared/feed/receipt.ts';
import { type Receiving, receiveBatch, receiveGap } from '../../../shared/feed/receive.ts';
import { parseTopic } from '../../../shared/feed/topics.ts';
import { Broker } from '../net/broker.ts';

/** Each fault with the checks that find it. */
export const FAULTS = {
  'says nothing to a repeat': ['repeat', 'conflict'],
  'answers a repeat otherwise': ['repeat', 'conflict'],
  'knows no brotli': ['columns-brotli', 'senml-brotli'],
  'knows no SenML': ['senml-none', 'senml-deflate', 'senml-brotli'],
  'takes no alarms': ['urgent'],
  'wants no unknown keys': ['unknown-key'],
  'wants numbers in order': ['order', 'other-gateway', 'gap'],
  'sends another digest': ['digest'],
  'takes a conflict for a repeat': ['conflict'],
  'does not look at the gateway': ['other-gateway'],
  'says nothing to what it cannot read': ['bad-body', 'wrong-count', 'bomb'],
  'stores what has another count': ['wrong-count'],
  'dies of a bomb': ['bomb', 'garbage', 'gap'],
  'dies of garbage': ['garbage', 'gap'],
  'forgets the last number of a gap': ['gap'],
  'stores no batch of a gap': ['gap'],
  'answers with JSON': ['stored'],
} as const;
export type Fault = keyof typeof FAULTS;

export async function openReceiver(fault?: Fault): Promise<Broker> {
  const broker = await Broker.open();
  const known = new Map<string, string>();
  const gaps = new Set<number>();
  let isDead = false;
  let highest = 0;
  const receiving: Receiving = {
    decompress(body, compression, maxOutputLength) {
      if (compression === 'none') return body;
      if (compression === 'brotli' && fault === 'knows no brotli') throw new Error('brotli?');
      return compression === 'brotli'
        ? brotliDecompressSync(body, { maxOutputLength })
        : inflateRawSync(body, { maxOutputLength });
    },
    store: {
      storeBatch({ epoch, number, digest }) {
        const id = `${epoch} ${number}`;
        const before = known.get(id);
        known.set(id, before ?? digest);
        if (before === undefined) return 'stored';
        return before === digest || fault === 'takes a conflict for a repeat' ? 'repeated' : 'conflict';
      },
      storeGap: ({ number, last }) => {
        for (let n = number; n <= last; n++) gaps.add(n);
      },
    },
  };

  async function answer(message: 'batch' | 'gap', payload: Uint8Array, gateway: string): Promise<Receipt | undefined> {
    if (message === 'gap') {
      const { last, ...receipt } = decodeReceipt(await receiveGap(payload, receiving));
      return fault === 'forgets the last number of a gap' || last === undefined ? receipt : { ...receipt, last };
    }
    const { header } = decodeBatch(payload);
    if (header.gateway !== gateway && fault !== 'does not look at the gateway') return undefined;
    if (fault === 'knows no SenML' && header.encoding === 'senml') return undefined;
    if (fault === 'takes no alarms' && header.lane === 'urgent') return undefined;
    if (fault === 'stores no batch of a gap' && gaps.has(header.number)) return undefined;
    if (fault === 'wants no unknown keys' && (decodeCbor(payload) as Map<number, unknown>).has(99)) return undefined;
    const isAhead = header.number > highest + 1;
    highest = Math.max(highest, header.number);
    if (fault === 'wants numbers in order' && isAhead) return undefined;
    const isRepeat = known.has(`${header.epoch} ${header.number}`);
    if (fault === 'says nothing to a repeat' && isRepeat) return undefined;
    const receipt = decodeReceipt(await receiveBatch(payload, receiving));
    if (receipt.outcome === 'unreadable' && fault === 'says nothing to what it cannot read') return undefined;
    if (fault === 'stores what has another count' && receipt.reason?.includes('readings')) {
      return { ...receipt, outcome: 'stored' };
    }
    if (fault === 'dies of a bomb' && receipt.reason?.includes('larger')) isDead = true;
    if (fault === 'sends another digest') return { ...receipt, digest: '0123456789abcdef' };
    if (fault === 'answers a repeat otherwise' && isRepeat)
      return { ...receipt, outcome: 'unreadable', reason: 'again' };
    return receipt;
  }

  broker.answer = ({ topic, payload }) => {
    const parts = parseTopic(topic);
    if (isDead || parts === undefined || (parts.message !== 'batch' && parts.message !== 'gap')) return;
    const to = topic.replace(/[^/]+$/, 'receipt');
    answer(parts.message, payload, parts.gateway).then(
      (receipt) => {
        if (receipt === undefined || isDead) return;
        const bytes = fault === 'answers with JSON' ? Buffer.from(JSON.stringify(receipt)) : encodeReceipt(receipt);
        broker.publish(to, bytes);
      },
      () => {
        if (fault === 'dies of garbage') isDead = true;
      },
    );
  };
  return broker;
}
