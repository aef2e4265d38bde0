/**
 * A profile says as data which registers of a Modbus unit hold which quantities, so that a new sensor needs no release.
 *
 * Reads are as few as the registers allow: registers that touch are read together, up to `maxRegistersPerRead`; ones
 * that the profile does not name are never read (many units answer them with an exception). At most `maxQuantities`.
 */
import * as v from 'valibot';
import { READING_KINDS } from '../../shared/reading.ts';
import { maxRegistersPerRequest } from './adu.ts';
import { REGISTER_TYPES, registersOf, registerValue } from './register-value.ts';

const maxQuantities = 128;
const maxAddress = 0xffff;

const quantityName = v.pipe(v.string(), v.minLength(1), v.maxLength(64));
const mappedKinds = READING_KINDS.filter((kind) => kind !== 'sighting' && kind !== 'alarm');

const registerSchema = v.pipe(
  v.strictObject({
    quantity: v.pipe(quantityName, v.description('The quantity that these registers hold.')),
    function: v.pipe(v.picklist([3, 4]), v.description('3 for a holding register, 4 for an input register.')),
    address: v.pipe(
      v.number(),
      v.integer(),
      v.minValue(0),
      v.maxValue(maxAddress),
      v.description('The address as it travels, counted from 0: register 40001 of a manual is usually address 0.'),
    ),
    type: v.pipe(v.picklist(REGISTER_TYPES), v.description('How the number is stored; 32 bits take two registers.')),
    wordOrder: v.pipe(
      v.optional(v.picklist(['high-first', 'low-first']), 'high-first'),
      v.description('Which half of a 32-bit number lies at the lower address.'),
    ),
    scale: v.pipe(
      v.optional(v.pipe(v.number(), v.finite()), 1),
      v.description('What the number is multiplied by to give the unit.'),
    ),
    offset: v.pipe(
      v.optional(v.pipe(v.number(), v.finite()), 0),
      v.description('What is added after the multiplication.'),
    ),
    unit: v.optional(v.pipe(v.string(), v.maxLength(16), v.description('The SenML name of the unit.'))),
  }),
  v.check((r) => r.address + registersOf(r.type) - 1 <= maxAddress, 'must end at or below address 65535'),
);

const counterLimit = v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(Number.MAX_SAFE_INTEGER));

export const profileSchema = v.pipe(
  v.strictObject({
    kind: v.pipe(v.picklist(mappedKinds), v.description('The kind of reading that the quantities make.')),
    maxRegistersPerRead: v.pipe(
      v.optional(v.pipe(v.number(), v.integer(), v.minValue(2), v.maxValue(maxRegistersPerRequest)), 32),
      v.description('The most registers that the unit gives in one answer.'),
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
            v.description('More people than this since the last reading is taken for a counter that was reset.'),
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
    (p) => hasQuantitiesOf(p.kind, new Set(p.registers.map((r) => r.quantity)), p.counters !== undefined),
    'must have the quantities of its kind: level or distance for water-level, lat and lon for position, counters for people-count',
  ),
);

export type Profile = v.InferOutput<typeof profileSchema>;
type Register = Profile['registers'][number];

function hasQuantitiesOf(
  kind: (typeof mappedKinds)[number],
  quantities: ReadonlySet<string>,
  hasCounters: boolean,
): boolean {
  if (kind === 'water-level') return quantities.has('level') || quantities.has('distance');
  if (kind === 'position') return quantities.has('lat') && quantities.has('lon');
  return kind !== 'people-count' || hasCounters;
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
