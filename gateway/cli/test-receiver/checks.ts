/**
 * What a receiver must do, one check for each rule of docs/feed.md. A check returns what is wrong, or undefined.
 *
 * Checks run in order. Each uses batches of its own, so a failing one does not affect the others.
 */
import { deflateRawSync } from 'node:zlib';
import { decodeCbor, encodeCbor } from '../../../shared/feed/cbor.ts';
import { encodeGap, type Receipt } from '../../../shared/feed/receipt.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { Text } from '../../../shared/text.ts';
import { digestOf } from '../../buffer/digest.ts';
import { JAPANESE_VALUES, say } from '../words/test-receiver.ts';
import type { Player } from './player.ts';

export interface Check {
  readonly name: string;
  readonly what: Text;
  /** Of docs/feed.md's rules for a receiver. */
  readonly rule: number;
  /** A receiver may leave it out; then what is missing is said. */
  readonly isOptional?: true;
  run(player: Player): Promise<Text | undefined>;
}

/** The names of quantities are any Unicode text. */
function withJapaneseNames(readings: readonly Reading[]): Reading[] {
  return readings.map(({ values, ...rest }): Reading => {
    return { ...rest, kind: 'measurement', values: { ...values, ...JAPANESE_VALUES } };
  });
}

const BOMB_BYTES = 256 * 1024 * 1024;

export const CHECKS: readonly Check[] = [
  {
    name: 'stored',
    what: say.checkStored(),
    rule: 1,
    run: async (player) => isStored(await player.ask('batch', player.batch())),
  },
  ...(['none', 'deflate', 'brotli'] as const).flatMap((compression) =>
    (['columns', 'senml'] as const).map(
      (encoding): Check => ({
        name: `${encoding}-${compression}`,
        what: say.checkEncoding({ encoding, compression }),
        rule: 5,
        run: async (player) => {
          const readings = withJapaneseNames(player.readings());
          return isStored(await player.ask('batch', player.batch({ encoding, compression, readings })));
        },
      }),
    ),
  ),
  {
    name: 'urgent',
    what: say.checkUrgent(),
    rule: 1,
    run: async (player) => isStored(await player.ask('batch', player.batch({ lane: 'urgent' }))),
  },
  {
    name: 'unknown-key',
    what: say.checkUnknownKey(),
    rule: 1,
    async run(player) {
      const { id, bytes } = player.batch();
      const map = decodeCbor(bytes) as Map<number, unknown>; // it was encoded from one
      return isStored(await player.ask('batch', { id, bytes: encodeCbor(new Map([...map, [99, 'later']])) }));
    },
  },
  {
    name: 'repeat',
    what: say.checkRepeat(),
    rule: 2,
    async run(player) {
      const batch = player.batch();
      const first = await player.ask('batch', batch);
      const again = await player.ask('batch', batch);
      return isStored(first) ?? (JSON.stringify(again) === JSON.stringify(first) ? undefined : say.answeredOtherwise());
    },
  },
  {
    name: 'order',
    what: say.checkOrder(),
    rule: 2,
    async run(player) {
      const first = player.takeNumbers(3);
      for (const number of [first + 2, first, first + 1]) {
        const fault = isStored(await player.ask('batch', player.batch({ number })));
        if (fault !== undefined) return fault;
      }
      return undefined;
    },
  },
  {
    name: 'digest',
    what: say.checkDigest(),
    rule: 2,
    async run(player) {
      const batch = player.batch();
      const { digest = digestOf(batch.bytes) } = (await player.ask('batch', batch)) ?? {};
      return digest === digestOf(batch.bytes) ? undefined : say.wrongDigest();
    },
  },
  {
    name: 'has-digest',
    what: say.checkHasDigest(),
    rule: 2,
    isOptional: true,
    run: async (player) =>
      (await player.ask('batch', player.batch()))?.digest === undefined ? say.noDigest() : undefined,
  },
  {
    name: 'conflict',
    what: say.checkConflict(),
    rule: 2,
    isOptional: true,
    async run(player) {
      const number = player.takeNumbers();
      const first = await player.ask('batch', player.batch({ number }));
      const other = await player.ask('batch', player.batch({ number }));
      return isStored(first) ?? (other?.outcome === 'conflict' ? undefined : say.noConflict());
    },
  },
  {
    name: 'other-gateway',
    what: say.checkOtherGateway(),
    rule: 3,
    async run(player) {
      const { id, bytes } = player.batch({ gateway: 'somebody-else' });
      await player.send('batch', bytes);
      const next = isStored(await player.ask('batch', player.batch()));
      if (next !== undefined) return next;
      return player.hasReceipt(id) ? say.answeredOther() : undefined;
    },
  },
  {
    name: 'bad-body',
    what: say.checkBadBody(),
    rule: 5,
    run: unreadable(() => ({ body: Uint8Array.of(1, 2, 3, 4), count: 2 })),
  },
  { name: 'wrong-count', what: say.checkWrongCount(), rule: 5, run: unreadable(() => ({ count: 7 })) },
  {
    name: 'bomb',
    what: say.checkBomb({ megabytes: BOMB_BYTES / 1024 / 1024 }),
    rule: 6,
    run: unreadable(() => ({ body: deflateRawSync(Buffer.alloc(BOMB_BYTES)), count: 2 })),
  },
  {
    name: 'garbage',
    what: say.checkGarbage(),
    rule: 5,
    async run(player) {
      for (const bytes of [Buffer.alloc(0), Buffer.from('hello'), Buffer.alloc(100, 0xff)])
        await player.send('batch', bytes);
      return isStored(await player.ask('batch', player.batch()));
    },
  },
  {
    name: 'gap',
    what: say.checkGap(),
    rule: 7,
    async run(player) {
      const number = player.takeNumbers(5);
      const id = { gateway: player.gateway, epoch: player.epoch, number };
      for (const [last, count] of [
        [number + 1, 10],
        [number + 1, 10],
        [number + 4, 25],
      ] as const) {
        const bytes = encodeGap({ ...id, last, count, reason: 'quota' });
        const receipt = await player.ask('gap', { id, bytes });
        if (receipt === undefined) return say.noReceipt();
        if (receipt.outcome !== 'stored' || receipt.last !== last) return say.wrongLast();
      }
      return isStored(await player.ask('batch', player.batch({ number: number + 2 })));
    },
  },
];

function isStored(receipt: Receipt | undefined): Text | undefined {
  if (receipt === undefined) return say.noReceipt();
  if (receipt.outcome !== 'stored') return say.notStored({ outcome: receipt.outcome, why: receipt.reason ?? '' });
  if (receipt.last !== undefined) return say.receiptOfGap();
  const [refusal] = receipt.refused;
  return refusal && say.refused({ why: refusal.reason });
}

/** It must be answered as unreadable, and the next batch stored. */
function unreadable(special: () => Parameters<Player['batch']>[0]): Check['run'] {
  return async (player) => {
    const receipt = await player.ask('batch', player.batch(special()));
    if (receipt === undefined) return say.noUnreadable();
    if (receipt.outcome !== 'unreadable') return say.notUnreadable({ outcome: receipt.outcome });
    return isStored(await player.ask('batch', player.batch()));
  };
}
