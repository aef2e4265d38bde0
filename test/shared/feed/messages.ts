/** Any message of the feed. */
import fc from 'fast-check';
import { type BatchHeader, type BatchId, COMPRESSIONS, ENCODINGS, LANES } from '../../../shared/feed/batch.ts';
import type { Birth, Status } from '../../../shared/feed/birth.ts';
import type { Gap, Receipt } from '../../../shared/feed/receipt.ts';

const name = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/);
const count = fc.oneof(fc.nat(), fc.constant(Number.MAX_SAFE_INTEGER));
const epoch = fc.stringMatching(/^[0-9a-f]{16}$/);
const time = fc.integer({ min: 0, max: 4_000_000_000_000 });
const id: fc.Arbitrary<BatchId> = fc.record({
  gateway: name,
  epoch,
  number: fc.oneof(fc.integer({ min: 1 }), fc.constant(Number.MAX_SAFE_INTEGER)),
});

export const anyHeader: fc.Arbitrary<BatchHeader> = fc
  .tuple(
    id,
    fc.record({
      lane: fc.constantFrom(...LANES),
      count,
      encoding: fc.constantFrom(...ENCODINGS),
      compression: fc.constantFrom(...COMPRESSIONS),
    }),
  )
  .map(([batch, rest]) => ({ ...batch, ...rest }));

const reason = fc.string({ maxLength: 100 });
const digest = fc.option(epoch, { nil: undefined }).map((hex) => (hex === undefined ? {} : { digest: hex }));
export const anyReceipt: fc.Arbitrary<Receipt> = fc.oneof(
  fc
    .tuple(id, digest, fc.array(fc.record({ index: count, reason }, { noNullPrototype: true })))
    .map(([batch, of, refused]) => ({ ...batch, ...of, outcome: 'stored' as const, refused })),
  fc
    .tuple(id, digest, reason)
    .map(([batch, of, why]) => ({ ...batch, ...of, outcome: 'unreadable' as const, refused: [], reason: why })),
  fc.tuple(id, digest).map(([batch, of]) => ({ ...batch, ...of, outcome: 'conflict' as const, refused: [] })),
  fc.tuple(id, count).map(([gap, last]) => ({ ...gap, outcome: 'stored' as const, refused: [], last })),
);

export const anyGap: fc.Arbitrary<Gap> = fc
  .tuple(id, fc.nat(10_000), count, fc.constantFrom('quota', 'disk-full', 'damaged', 'operator', 'expired', 'erased'))
  .map(([first, more, lost, why]) => ({
    ...first,
    last: Math.min(first.number + more, Number.MAX_SAFE_INTEGER),
    count: lost,
    reason: why,
  }));

export const anyBirth: fc.Arbitrary<Birth> = fc.record(
  {
    gateway: name,
    tenant: name,
    software: fc.string(),
    epoch,
    at: time,
    devices: fc.array(
      fc.record(
        {
          id: name,
          type: fc.string(),
          kinds: fc.array(fc.string()),
          units: fc.dictionary(name, fc.string(), { noNullPrototype: true }),
          place: fc.record(
            // Adding 0 turns -0 into 0: CBOR need not keep it.
            { lat: fc.double({ min: -90, max: 90 }).map((degrees) => degrees + 0), name: fc.string() },
            { noNullPrototype: true, requiredKeys: [] },
          ),
        },
        { noNullPrototype: true, requiredKeys: ['id', 'type', 'kinds', 'units'] },
      ),
      { maxLength: 4 },
    ),
  },
  { noNullPrototype: true },
);

export const anyStatus: fc.Arbitrary<Status> = fc.record(
  {
    gateway: name,
    state: fc.constantFrom('online', 'offline'),
    epoch,
    at: time,
    sealed: count,
    waiting: fc.record({ routine: count, urgent: count }, { noNullPrototype: true }),
    clockSynchronised: fc.boolean(),
    silent: fc.record({ count, devices: fc.array(name, { maxLength: 3 }) }, { noNullPrototype: true }),
    problems: fc.array(fc.record({ code: name, en: name, ja: name }, { noNullPrototype: true }), { maxLength: 3 }),
  },
  { noNullPrototype: true, requiredKeys: ['gateway', 'state', 'epoch'] },
);
