/**
 * A profile says, as data, which registers of a Modbus unit hold which quantities, so that a new sensor needs no release.
 *
 * Registers are read in as few requests as possible: adjacent ones together, up to `maxRegistersPerRead` (of coils and inputs as many bits). Registers that the
 * profile does not name are never read, since many units answer them with an exception. Bound: `maxQuantities`.
 */
import * as v from 'valibot';
import type { Value } from '../../shared/reading.ts';
import { finite, listOf, must, oneOf, setting, table, textUpTo, whole } from '../../shared/setting.ts';
import { maxPerMinute } from '../people-counter/totals.ts';
import { hasQuantitiesOf, PROFILE_KINDS, quantityName } from '../profile/kinds.ts';
import { scaled } from '../profile/values.ts';
import { maxRegistersPerRequest } from './adu.ts';
import {
  bitAt,
  lengthOf,
  type ReadFunction,
  readsBits,
  STORED_TYPES,
  standsForNone,
  storedNumber,
} from './stored-value.ts';
import { say } from './words.ts';

const maxQuantities = 128;
const maxAddress = 0xffff;
const maxNoValues = 16;

const registerSchema = v.pipe(
  table({
    quantity: setting(quantityName, say.quantity()),
    function: setting(v.picklist([1, 2, 3, 4], must(say.mustBeFunction())), say.function()),
    address: setting(whole(0, maxAddress), say.address()),
    type: setting(oneOf(STORED_TYPES), say.type()),
    wordOrder: v.optional(setting(oneOf(['high-first', 'low-first']), say.wordOrder()), 'high-first'),
    byteOrder: v.optional(setting(oneOf(['high-first', 'low-first']), say.byteOrder()), 'high-first'),
    noValue: v.optional(setting(listOf(finite, maxNoValues), say.noValue()), []),
    scale: v.optional(setting(finite, say.scale()), 1),
    offset: v.optional(setting(finite, say.offset()), 0),
    unit: v.optional(setting(textUpTo(16), say.senmlUnit())),
  }),
  v.check((r) => r.address + lengthOf(r.type) - 1 <= maxAddress, must(say.mustEndInRange())),
  v.check((r) => readsBits(r.function) === (r.type === 'bit'), must(say.mustBeBits())),
);

const countersSchema = table({
  entered: setting(quantityName, say.entered()),
  left: setting(quantityName, say.left()),
  rollOver: setting(whole(2, Number.MAX_SAFE_INTEGER), say.rollOver()),
  maxPerMinute,
});

/** What the city may write, by name: nothing else is ever written. */
const writeSchema = v.pipe(
  table({
    name: setting(quantityName, say.writeName()),
    function: setting(v.picklist([5, 6], must(say.mustBeWriteFunction())), say.writeFunction()),
    address: setting(whole(0, maxAddress), say.address()),
    type: v.optional(setting(oneOf(['uint16', 'int16']), say.writeType()), 'uint16'),
    scale: v.optional(setting(v.pipe(finite, v.notValue(0, must(say.mustNotBeZero()))), say.scale()), 1),
    offset: v.optional(setting(finite, say.offset()), 0),
    min: v.optional(setting(finite, say.writeMin())),
    max: v.optional(setting(finite, say.writeMax())),
  }),
);
export type Writable = v.InferOutput<typeof writeSchema>;
const maxWritables = 32;

export const profileSchema = v.pipe(
  table({
    kind: setting(oneOf(PROFILE_KINDS), say.kind()),
    maxRegistersPerRead: v.optional(setting(whole(2, maxRegistersPerRequest), say.maxRegistersPerRead()), 32),
    registers: setting(
      v.pipe(listOf(registerSchema, maxQuantities), v.minLength(1, must(say.mustHaveRegister()))),
      say.registers(),
    ),
    counters: v.optional(setting(countersSchema, say.counters())),
    writes: v.optional(setting(listOf(writeSchema, maxWritables), say.writes()), []),
  }),
  v.check((p) => new Set(p.registers.map((r) => r.quantity)).size === p.registers.length, must(say.mustNameOnce())),
  v.check(
    (p) => !p.counters || [p.counters.entered, p.counters.left].every((q) => p.registers.some((r) => r.quantity === q)),
    must(say.mustNameCounters()),
  ),
  v.check(
    ({ kind, registers, counters }) =>
      hasQuantitiesOf(kind, (quantity) =>
        isCounted(quantity)
          ? counters !== undefined
          : registers.some((r) => r.quantity === quantity && r.type !== 'bit'),
      ),
    must(say.mustHaveQuantities()),
  ),
);

export type Profile = v.InferOutput<typeof profileSchema>;
type Register = Profile['registers'][number];

/** People since the last reading come from running totals only, never directly from a register. */
function isCounted(quantity: string): boolean {
  return quantity === 'entered' || quantity === 'left';
}

/** The registers, or bits, of one request: `count` from `address` on. */
export interface Block {
  readonly function: ReadFunction;
  readonly address: number;
  readonly count: number;
  readonly registers: readonly Register[];
}

/** The fewest reads that cover the profile's registers and nothing else, by function and address. */
export function blocksOf(profile: Profile): readonly Block[] {
  const blocks: Block[] = [];
  for (const register of profile.registers.toSorted((a, b) => a.function - b.function || a.address - b.address)) {
    const last = blocks.at(-1);
    const end = register.address + lengthOf(register.type);
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

/** The quantities in a block's answer, and those without a value: it is not a number, or stands for none. */
export function blockValues(block: Block, data: Uint8Array): { values: Record<string, Value>; missing: string[] } {
  const values: Record<string, Value> = {};
  const missing: string[] = [];
  for (const register of block.registers) {
    const value = valueIn(register, register.address - block.address, data);
    if (value === undefined) missing.push(register.quantity);
    else values[register.quantity] = value;
  }
  return { values, missing };
}

function valueIn(register: Register, index: number, data: Uint8Array): Value | undefined {
  const { type, noValue } = register;
  if (type === 'bit') return bitAt(data, index);
  const stored = storedNumber(data, index * 2, register);
  const value = scaled(stored, register);
  return Number.isFinite(value) && !standsForNone(stored, type, noValue) ? value : undefined;
}
