/**
 * What a stranger's Modbus unit can be asked, by reads alone, and what its answers say: whether it is there, who made it, and which shipped
 * profile fits its registers.
 *
 * Sources: MODBUS Application Protocol V1.1b3 §6.3 and §6.4 (registers), §6.13 (function 17, Report Server ID), §6.21 (function 43/14,
 * Read Device Identification). Nothing here writes. An answer counts only with its unit, its function and its CRC, or its transaction.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Reading, Units, Value } from '../../shared/reading.ts';
import { printable } from '../../shared/text.ts';
import { latin1Of } from '../framing/latin1.ts';
import { profileUnits } from '../profile/kinds.ts';
import type { Signature } from '../signature.ts';
import { endsWithCrc, type Framing, frameOf, MBAP_BYTES, parseAnswer } from './adu.ts';
import type { ModbusOptions } from './options.ts';
import { blocksOf, blockValues, profileSchema } from './profile.ts';
import { shippedProfiles } from './shipped-profiles.ts';
import { unitReading } from './unit-reading.ts';
import { say } from './words.ts';

/** Frames of a bus on which another master asks. Units that only answer are found by `unitQuestion`. */
export const modbusSignature: Signature<ModbusOptions> = {
  proof: 'checksum',
  enough: 4,
  guises: () => [{ devices: [], remark: say.otherMaster() }],
  tells: (frame) => parseAnswer(frame, 'rtu') !== undefined,
};

export interface UnitQuestion {
  readonly unit: number;
  readonly bytes: Uint8Array;
  /** The answer's PDU, an exception too, as soon as `bytes` hold it; undefined until then. */
  answerIn(bytes: Uint8Array): Uint8Array | undefined;
}

const READ_SERVER_ID = [17];
/** Basic identification, from object 0 on. */
const READ_IDENTIFICATION = [43, 14, 1, 0];

export function readRegisters(
  unit: number,
  { function: code, address, count }: { readonly function: number; readonly address: number; readonly count: number },
  framing: Framing,
): UnitQuestion {
  return unitQuestion(unit, [code, address >>> 8, address & 0xff, count >>> 8, count & 0xff], framing);
}

export function readServerId(unit: number, framing: Framing): UnitQuestion {
  return unitQuestion(unit, READ_SERVER_ID, framing);
}

export function readIdentification(unit: number, framing: Framing): UnitQuestion {
  return unitQuestion(unit, READ_IDENTIFICATION, framing);
}

/** The data of an answer to a read of registers; undefined if it is an exception. */
export function registersIn(pdu: Uint8Array): Uint8Array | undefined {
  const [code = 0, length = 0] = pdu;
  return code < 0x80 && pdu.length === length + 2 ? pdu.subarray(2) : undefined;
}

/** What a unit says of itself, printable; undefined if it says nothing. */
export function identityIn(pdu: Uint8Array): string | undefined {
  const [code = 0] = pdu;
  const said = code === 43 ? objectsIn(pdu) : code === 17 ? latin1Of(pdu.subarray(2)) : '';
  const text = printable(said)
    .replace(/[^ -~]+/g, ' ')
    .trim()
    .slice(0, maxIdentityLength);
  return text === '' ? undefined : text;
}

const maxIdentityLength = 80;

/** Maker, product and release, in a row (§6.21: six bytes, then objects of number, length and text). */
function objectsIn(pdu: Uint8Array): string {
  const texts: string[] = [];
  let at = 7;
  for (let left = pdu[6] ?? 0; left > 0 && at + 2 <= pdu.length; left--) {
    const length = pdu[at + 1] ?? 0;
    texts.push(latin1Of(pdu.subarray(at + 2, at + 2 + length)));
    at += 2 + length;
  }
  return texts.join(' ');
}

/** A shipped profile that may fit, and what it reads. */
export interface Fit {
  readonly profile: string;
  readonly reading: Reading;
  readonly units: Units;
}

/** The reads of each shipped profile. */
export function profileReads() {
  return Object.entries(shippedProfiles).map(([name, raw]) => {
    const profile = v.parse(profileSchema, raw);
    return { name, profile, blocks: blocksOf(profile) };
  });
}

/** What the answers to a profile's reads give, if every value can be; undefined if the profile does not fit. */
export function fitOf(
  { name, profile, blocks }: ReturnType<typeof profileReads>[number],
  unit: number,
  answers: readonly Uint8Array[],
  at: Moment,
): Fit | undefined {
  const values: Record<string, Value> = {};
  for (const [i, block] of blocks.entries()) {
    const read = blockValues(block, answers[i] ?? new Uint8Array(0));
    if (read.missing.length > 0) return undefined;
    Object.assign(values, read.values);
  }
  const isEmpty = answers.every((data) => data.every((byte) => byte === 0));
  if (isEmpty || !Object.entries(values).every(([quantity, value]) => canBe(quantity, value))) return undefined;
  const options = v.parse(optionsOfUnit, { unit, profile }) as ModbusOptions; // what `unitReading` takes of them
  const device = { id: `unit-${unit}`, options };
  return {
    profile: name,
    reading: unitReading(device, { values, missing: [], at }, undefined),
    units: profileUnits(profile.kind, profile.registers),
  };
}

const optionsOfUnit = v.object({ unit: v.number(), profile: v.any(), levelOffsetM: v.optional(v.number(), 0) });

/** Beyond these, registers hold something else than the profile says. Totals of people stay far below a thousand million. */
function canBe(quantity: string, value: Value): boolean {
  if (typeof value !== 'number') return true;
  if (quantity === 'temperature') return value > -60 && value < 150;
  if (quantity === 'level') return Math.abs(value) < 1_000 && Math.abs(value) > 1e-6;
  return Math.abs(value) < 1e9;
}

const TRANSACTION = 0x4d4d;

function unitQuestion(unit: number, pdu: readonly number[], framing: Framing): UnitQuestion {
  const [code = 0] = pdu;
  const isAnswer = (answer: Uint8Array) => answer.length > 1 && ((answer[0] ?? 0) & 0x7f) === code;
  const bytes = frameOf(unit, pdu, framing, TRANSACTION);
  if (framing === 'tcp') {
    const head = bytes.subarray(0, 4); // the transaction, and the protocol 0
    return {
      unit,
      bytes,
      answerIn(came) {
        const length = ((came[4] ?? 0) << 8) | (came[5] ?? 0);
        if (came[6] !== unit || came.length < 6 + length || !head.every((byte, i) => came[i] === byte))
          return undefined;
        const answer = came.subarray(MBAP_BYTES, 6 + length);
        return isAnswer(answer) ? answer : undefined;
      },
    };
  }
  return {
    unit,
    bytes,
    answerIn(came) {
      const isEchoed = bytes.every((byte, i) => came[i] === byte); // by an adapter that hears itself
      for (const start of starts(came, isEchoed ? bytes.length : 0, unit)) {
        const answer = rtuAnswer(came.subarray(start));
        if (answer !== undefined && isAnswer(answer)) return answer;
      }
      return undefined;
    },
  };
}

/** Where an answer may begin: noise may stand before it. */
function starts(came: Uint8Array, from: number, unit: number): number[] {
  const found: number[] = [];
  for (let at = from; at + 5 <= came.length; at++) if (came[at] === unit) found.push(at);
  return found;
}

/** The PDU of the answer that begins here. Its length follows from its function, or it is all that came. */
function rtuAnswer(came: Uint8Array): Uint8Array | undefined {
  const [, code = 0, length = 0] = came;
  const bytes = code > 0x80 ? 5 : code === 43 ? came.length : length + 5;
  return bytes >= 5 && bytes <= came.length && endsWithCrc(came, 0, bytes) ? came.subarray(1, bytes - 2) : undefined;
}
