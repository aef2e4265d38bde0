/**
 * A profile says, as data, which registers of a Modbus unit hold which quantities, so that a new sensor needs no release.
 *
 * Registers are read in as few requests as possible: adjacent ones together, up to `maxRegistersPerRead`. Registers that the
 * profile does not name are never read, since many units answer them with an exception. Bound: `maxQuantities`.
 */
import * as v from 'valibot';
import { finite, listOf, must, oneOf, setting, table, textUpTo, whole } from '../../shared/setting.ts';
import { maxPerMinute } from '../people-counter/totals.ts';
import { hasQuantitiesOf, PROFILE_KINDS, quantityName } from '../profile/kinds.ts';
import { maxRegistersPerRequest } from './adu.ts';
import { say } from './words.ts';

const maxQuantities = 128;
const maxAddress = 0xffff;

/** How a quantity is stored in 16-bit registers, which are big-endian (MODBUS V1.1b3 §4.2). */
export const REGISTER_TYPES = ['uint16', 'int16', 'uint32', 'int32', 'float32'] as const;
export type RegisterType = (typeof REGISTER_TYPES)[number];

/** Registers that a value of this type takes. */
export function registersOf(type: RegisterType): 1 | 2 {
  return type === 'uint16' || type === 'int16' ? 1 : 2;
}

const registerSchema = v.pipe(
  table({
    quantity: setting(quantityName, say.quantity()),
    function: setting(v.picklist([3, 4], must(say.mustBeFunction())), say.function()),
    address: setting(whole(0, maxAddress), say.address()),
    type: setting(oneOf(REGISTER_TYPES), say.type()),
    wordOrder: v.optional(setting(oneOf(['high-first', 'low-first']), say.wordOrder()), 'high-first'),
    scale: v.optional(setting(finite, say.scale()), 1),
    offset: v.optional(setting(finite, say.offset()), 0),
    unit: v.optional(setting(textUpTo(16), say.senmlUnit())),
  }),
  v.check((r) => r.address + registersOf(r.type) - 1 <= maxAddress, must(say.mustEndInRange())),
);

const countersSchema = table({
  entered: setting(quantityName, say.entered()),
  left: setting(quantityName, say.left()),
  rollOver: setting(whole(2, Number.MAX_SAFE_INTEGER), say.rollOver()),
  maxPerMinute: v.optional(setting(whole(1, maxPerMinute), say.maxPerMinute()), 600),
});

export const profileSchema = v.pipe(
  table({
    kind: setting(oneOf(PROFILE_KINDS), say.kind()),
    maxRegistersPerRead: v.optional(setting(whole(2, maxRegistersPerRequest), say.maxRegistersPerRead()), 32),
    registers: setting(
      v.pipe(listOf(registerSchema, maxQuantities), v.minLength(1, must(say.mustHaveRegister()))),
      say.registers(),
    ),
    counters: v.optional(setting(countersSchema, say.counters())),
  }),
  v.check((p) => new Set(p.registers.map((r) => r.quantity)).size === p.registers.length, must(say.mustNameOnce())),
  v.check(
    (p) => !p.counters || [p.counters.entered, p.counters.left].every((q) => p.registers.some((r) => r.quantity === q)),
    must(say.mustNameCounters()),
  ),
  v.check(
    ({ kind, registers, counters }) =>
      hasQuantitiesOf(kind, (quantity) =>
        isCounted(quantity) ? counters !== undefined : registers.some((r) => r.quantity === quantity),
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

/** The registers of one request: `count` from `address` on. */
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

/** The quantities in a block's answer, and those whose value is not a number. */
export function blockValues(block: Block, data: Uint8Array): { values: Record<string, number>; missing: string[] } {
  const values: Record<string, number> = {};
  const missing: string[] = [];
  for (const { quantity, address, type, wordOrder, scale, offset } of block.registers) {
    const value = registerValue(data, (address - block.address) * 2, type, wordOrder) * scale + offset;
    if (Number.isFinite(value)) values[quantity] = withoutNoise(value);
    else missing.push(quantity);
  }
  return { values, missing };
}

/** Rounded to twelve digits: more than any register holds, fewer than the noise of binary fractions. */
export function withoutNoise(value: number): number {
  return Number(value.toPrecision(12));
}

/**
 * The value at byte `offset` of `data`, which must hold it. A float32 becomes the shortest decimal that denotes it (1.013,
 * not 1.0130000114440918); it may be NaN or an infinity.
 */
export function registerValue(
  data: Uint8Array,
  offset: number,
  type: RegisterType,
  wordOrder: 'high-first' | 'low-first',
): number {
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  if (type === 'uint16') return view.getUint16(offset);
  if (type === 'int16') return view.getInt16(offset);
  const [high, low] = wordOrder === 'high-first' ? [offset, offset + 2] : [offset + 2, offset];
  const bits = view.getUint16(high) * 0x10000 + view.getUint16(low);
  if (type === 'uint32') return bits;
  const scratch = new DataView(new ArrayBuffer(4));
  scratch.setUint32(0, bits);
  return type === 'int32' ? scratch.getInt32(0) : shortestFloat(scratch.getFloat32(0));
}

/** Nine significant digits always identify a binary32 (IEEE 754-2019 §5.12.2). */
function shortestFloat(float: number): number {
  for (let digits = 6; digits < 9; digits++) {
    const short = Number(float.toPrecision(digits));
    if (Math.fround(short) === float) return short;
  }
  return float;
}
