/** Receipts of a city OS that follows the contract loosely, or means mischief: none of them may cost a reading. */
import {
  decodeReceipt,
  encodeReceipt,
  maxReasonLength,
  type Receipt,
  type Refusal,
} from '../../shared/feed/receipt.ts';
import type { Random } from '../../simulators/random.ts';

const maxIndex = Number.MAX_SAFE_INTEGER;
const manyRefusals = 5_000;

function reason(random: Random): string {
  const text = random.pick(['', 'out of area', '\u001b[2J\u0007', '\u0000', '管轄外', '{"level":"error"}\n']);
  return text.repeat(random.chance(0.05) ? random.pick([maxReasonLength, 2_000]) : 1);
}

/** The same answer in other words: readings refused several times, refusals of readings that the batch does not hold, long reasons. */
export function reworded(receipt: Uint8Array, count: number, random: Random): Uint8Array {
  const { refused, ...rest } = decodeReceipt(receipt);
  const again = refused.flatMap((each) =>
    Array.from({ length: random.int(0, 3) }, () => ({ ...each, reason: reason(random) })),
  );
  const why = reason(random);
  const many = random.chance(0.1) ? manyRefusals : random.int(0, 10);
  const beyond: Refusal[] = Array.from({ length: many }, (_, i) => ({
    index: random.pick([count + i, count, 2 ** 32, maxIndex]),
    reason: many > 10 ? why.slice(0, maxReasonLength) : why,
  }));
  const all = [...refused, ...again];
  return encodeReceipt({ ...rest, refused: random.chance(0.5) ? [...all, ...beyond] : [...beyond, ...all] });
}

/** What is no receipt, though it looks like one: it must count for nothing, and the batch goes again. */
export function malformed(receipt: Uint8Array, random: Random): Uint8Array {
  const known = decodeReceipt(receipt);
  const index = random.pick([-1, 0.5, -(2 ** 53), 2 ** 64, Number.NaN, Number.NEGATIVE_INFINITY]);
  const change = random.pick<Partial<Receipt>>([
    { refused: [{ index, reason: 'x' }] },
    { number: -known.number },
    { number: 2 ** 64 },
    { last: -1 },
    { outcome: 'lost' as 'stored' },
    { epoch: 7 as unknown as string },
  ]);
  return encodeReceipt({ ...known, ...change });
}

/** A receipt for what is not here: another gateway, another epoch, a number that was not given yet. */
export function foreign(receipt: Uint8Array, random: Random): Uint8Array {
  const known = decodeReceipt(receipt);
  const refused = random.chance(0.5) ? [{ index: 0, reason: reason(random) }] : [];
  const outcome = random.pick<Receipt['outcome']>(['stored', 'unreadable']);
  const change = random.pick<Partial<Receipt>>([
    { gateway: 'box-2' },
    { epoch: 'ffffffffffffffff' },
    { number: known.number + 1_000_000 },
    { number: maxIndex },
    { last: maxIndex },
  ]);
  return encodeReceipt({ ...known, outcome, refused, ...change });
}
