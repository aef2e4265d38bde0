/**
 * Which units of a Modbus bus answer, who made them, and which shipped profiles fit: reads alone (functions 3 and 4, 17 and 43/14).
 *
 * Bounds: the units that were given, `maxDescribedUnits` of those that answer, and the end of the hunt.
 */

import type { Framing } from '../../devices/modbus/adu.ts';
import {
  type Fit,
  fitOf,
  identityIn,
  profileReads,
  readIdentification,
  readRegisters,
  readServerId,
  registersIn,
  type UnitQuestion,
} from '../../devices/modbus/survey.ts';
import { type Exchange, exchanged } from './exchange.ts';

const maxDescribedUnits = 32;
const maxTries = 3;

export interface FoundUnit {
  readonly unit: number;
  /** What came to the first question, an exception too. */
  readonly came: Uint8Array;
  readonly identity?: string | undefined;
  readonly fits: readonly Fit[];
  /** Functions that give the register 0: 3, 4. */
  readonly functions: readonly number[];
}

/** Those of `units` that answer a read, in turn, until `endsAt` (monotonic ms); what the first of each sent. `asked` hears of each before. */
export async function unitsThatAnswer(
  units: readonly number[],
  framing: Framing,
  exchange: Exchange,
  { endsAt, asked, isEnough }: { endsAt: number; asked(unit: number): void; isEnough(found: number): boolean },
): Promise<ReadonlyMap<number, Uint8Array>> {
  const found = new Map<number, Uint8Array>();
  for (const unit of units) {
    const { clock, signal, line } = exchange;
    if (clock.moment().monotonic >= endsAt || signal.aborted || line.lost.aborted || isEnough(found.size)) break;
    asked(unit);
    const { came, pdu } = await asking(readRegisters(unit, { function: 3, address: 0, count: 1 }, framing), exchange);
    if (pdu !== undefined) found.set(unit, came);
  }
  return found;
}

/** What each unit is, as far as it says, until `endsAt`. */
export async function describedUnits(
  units: ReadonlyMap<number, Uint8Array>,
  framing: Framing,
  exchange: Exchange,
  endsAt: number,
): Promise<readonly FoundUnit[]> {
  const described: FoundUnit[] = [];
  for (const [unit, came] of units) {
    const isLate = exchange.clock.moment().monotonic >= endsAt || described.length >= maxDescribedUnits;
    described.push(
      isLate ? { unit, came, fits: [], functions: [] } : { unit, came, ...(await describe(unit, framing, exchange)) },
    );
  }
  return described;
}

async function describe(unit: number, framing: Framing, exchange: Exchange): Promise<Omit<FoundUnit, 'unit' | 'came'>> {
  const ask = async (question: UnitQuestion) => (await asking(question, exchange)).pdu;
  const identified = await ask(readIdentification(unit, framing));
  const identity =
    (identified && identityIn(identified)) ?? identityIn((await ask(readServerId(unit, framing))) ?? new Uint8Array(0));
  const functions: number[] = [];
  for (const code of [3, 4]) {
    const pdu = await ask(readRegisters(unit, { function: code, address: 0, count: 1 }, framing));
    if (pdu !== undefined && registersIn(pdu) !== undefined) functions.push(code);
  }
  const fits: Fit[] = [];
  for (const reads of profileReads()) {
    const answers: Uint8Array[] = [];
    for (const block of reads.blocks) {
      const pdu = await ask(readRegisters(unit, block, framing));
      const data = pdu && registersIn(pdu);
      if (data === undefined || data.length !== block.count * 2) break;
      answers.push(data);
    }
    const isWhole = answers.length === reads.blocks.length;
    const fit = isWhole ? fitOf(reads, unit, answers, exchange.clock.moment()) : undefined;
    if (fit !== undefined) fits.push(fit);
  }
  return { identity, fits, functions };
}

/** What came, and the answer in it. Silence is taken as it is; what noise has spoiled is asked for again. */
async function asking(question: UnitQuestion, exchange: Exchange) {
  let came = new Uint8Array(0);
  for (let tries = 0; tries < maxTries; tries++) {
    came = new Uint8Array(await exchanged(question.bytes, (bytes) => question.answerIn(bytes) !== undefined, exchange));
    const pdu = question.answerIn(came);
    if (pdu !== undefined || came.length === 0) return { came, pdu };
  }
  return { came, pdu: undefined };
}
