/**
 * A profile says as data which registers of a Modbus unit hold which quantities, so that a new sensor needs no release.
 *
 * Reads are as few as the registers allow: registers that touch are read together, up to `maxRegistersPerRead`; ones
 * that the profile does not name are never read (many units answer them with an exception). At most `maxQuantities`.
 */
import * as v from 'valibot';
import { hasQuantitiesOf, PROFILE_KINDS, QUANTITIES_OF_KINDS, quantityName } from '../profile/kinds.ts';
import { maxRegistersPerRequest } from './adu.ts';
import { REGISTER_TYPES, registersOf, registerValue } from './register-value.ts';

const maxQuantities = 128;
const maxAddress = 0xffff;

const registerSchema = v.pipe(
  v.strictObject({
    quantity: v.pipe(quantityName, v.description('The quantity that these registers hold.')),
    function: v.pipe(v.picklist([3, 4]), v.description('Function 3 reads a holding register, 4 an input register.')),
    address: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.maxValue(maxAddress),
      v.description('The address as it travels, counted from 0: register 40001 of a manual is usually address 0.'),
    ),
    type: v.pipe(v.picklist(REGISTER_TYPES), v.description('How the number is stored; 32 bits take two registers.')),
    wordOrder: v.optional(
      v.pipe(
        v.picklist(['high-first', 'low-first']),
        v.description('Which half of a 32-bit number lies at the lower address.'),
      ),
      'high-first',
    ),
    scale: v.optional(
      v.pipe(v.number(), v.finite(), v.description('What the number is multiplied by to give the unit.')),
      1,
    ),
    offset: v.optional(v.pipe(v.number(), v.finite(), v.description('What is added after the multiplication.')), 0),
    unit: v.optional(v.pipe(v.string(), v.maxLength(16), v.description('The SenML name of the unit.'))),
  }),
  v.check((r) => r.address + registersOf(r.type) - 1 <= maxAddress, 'must end at or below address 65535'),
);

const counterLimit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));

export const profileSchema = v.pipe(
  v.strictObject({
    kind: v.pipe(v.picklist(PROFILE_KINDS), v.description('The kind of reading that the quantities make.')),
    maxRegistersPerRead: v.optional(
      v.pipe(
        v.number(),
        v.integer(),
        v.minValue(2),
        v.maxValue(maxRegistersPerRequest),
        v.description('The most registers that the unit gives in one answer.'),
      ),
      32,
    ),
    registers: v.pipe(
      v.array(registerSchema),
      v.minLength(1),
      v.maxLength(maxQuantities),
      v.description('The registers to read.'),
    ),
    counters: v.optional(
      v.pipe(
        v.strictObject({
          entered: v.pipe(quantityName, v.description('The quantity that totals the people who entered.')),
          left: v.pipe(quantityName, v.description('The quantity that totals the people who left.')),
          rollOver: v.pipe(counterLimit, v.description('The total at which the counter begins again at 0.')),
          maxPerReading: v.pipe(
            counterLimit,
            v.description(
              'The most people believed to pass one way between two readings; more are counted, but marked as changing too fast.',
            ),
          ),
        }),
        v.description('Which quantities are running totals, to be turned into people since the last reading.'),
      ),
    ),
  }),
  v.check(
    (p) => new Set(p.registers.map((r) => r.quantity)).size === p.registers.length,
    'must name each quantity only once',
  ),
  v.check(
    (p) => !p.counters || [p.counters.entered, p.counters.left].every((q) => p.registers.some((r) => r.quantity === q)),
    'counters must name two quantities of the profile',
  ),
  v.check(
    ({ kind, registers, counters }) =>
      hasQuantitiesOf(kind, (quantity) =>
        isCounted(quantity) ? counters !== undefined : registers.some((r) => r.quantity === quantity),
      ),
    `must have the quantities of its kind: ${QUANTITIES_OF_KINDS} (by counters)`,
  ),
);

export type Profile = v.InferOutput<typeof profileSchema>;
type Register = Profile['registers'][number];

/** People since the last reading come of running totals only, never out of a register. */
function isCounted(quantity: string): boolean {
  return quantity === 'entered' || quantity === 'left';
}

/** Registers that one request reads: `count` from `address` on. */
export interface Block {
  readonly function: 3 | 4;
  readonly address: number;
  readonly count: number;
  readonly registers: readonly Register[];
}

/** The fewest reads that cover the profile's registers and nothing else, by function and address. */
export function blocksOf(profile: Profile): readonly Block[] {
  const blocks: Block[] = [];
  for (const register of profile.registers.toSorted((a, b) => a.function - b.function || a.address - b.address)) {
    const last = blocks.at(-1);
    const end = register.address + registersOf(register.type);
    const touches = last && last.function === register.function && register.address <= last.address + last.count;
    const count = last ? Math.max(last.count, end - last.address) : 0;
    if (touches && count <= profile.maxRegistersPerRead) {
      blocks[blocks.length - 1] = { ...last, count, registers: [...last.registers, register] };
    } else {
      const { function: code, address } = register;
      blocks.push({ function: code, address, count: end - address, registers: [register] });
    }
  }
  return blocks;
}

/** The quantities in a block's answer. What is not a number is left out and said so. */
export function blockValues(block: Block, data: Uint8Array): { values: Record<string, number>; isWhole: boolean } {
  const values: Record<string, number> = {};
  let isWhole = true;
  for (const { quantity, address, type, wordOrder, scale, offset } of block.registers) {
    const value = registerValue(data, (address - block.address) * 2, type, wordOrder) * scale + offset;
    if (Number.isFinite(value)) values[quantity] = withoutNoise(value);
    else isWhole = false;
  }
  return { values, isWhole };
}

/** Twelve digits: more than any register holds, fewer than the noise of binary fractions. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}
