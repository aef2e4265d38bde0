/**
 * What a polled line is made of: a question, and what the device said to it.
 *
 * Bounds: a question has at most `maxQuestionBytes`, the rest is left out; after `maxAnswers` pieces an exchange goes on as another one
 * without a question.
 */
import type { Recorded } from './recorded.ts';

export interface Exchange {
  /** Empty: the device spoke by itself. */
  readonly question: Uint8Array;
  readonly answers: readonly { readonly afterMs: number; readonly bytes: Uint8Array }[];
}

const maxQuestionBytes = 4_096;
const maxAnswers = 1_000;
/** A device that answers at all begins within this time. */
const answersWithinMs = 2_000;
/** Records looked at to tell what kind of line it is. */
const maxLookedAt = 5_000;

export async function* exchangesIn(records: AsyncIterable<Recorded>): AsyncGenerator<Exchange> {
  let question: Uint8Array = new Uint8Array(0);
  let answers: { afterMs: number; bytes: Uint8Array }[] = [];
  let last: number | undefined;
  for await (const { at, direction, bytes } of records) {
    const isOver = answers.length >= maxAnswers || (direction === 'to-device' && answers.length > 0);
    if (isOver) {
      yield { question, answers };
      question = new Uint8Array(0);
      answers = [];
    }
    if (direction === 'to-device') question = Buffer.concat([question, bytes]).subarray(0, maxQuestionBytes);
    else answers.push({ afterMs: Math.max(0, at - (last ?? at)), bytes });
    last = at;
  }
  if (answers.length > 0) yield { question, answers };
}

/** Whether the device only spoke when it was asked, as far as the first `maxLookedAt` records tell. */
export async function isPolled(records: AsyncIterable<Recorded>): Promise<boolean> {
  let askedAt: number | undefined;
  let looked = 0;
  for await (const { at, direction } of records) {
    if (direction === 'to-device') askedAt = at;
    else if (askedAt === undefined || at - askedAt > answersWithinMs) return false;
    if (++looked >= maxLookedAt) break;
  }
  return askedAt !== undefined;
}

/** The transaction's number, two zeros, a length (MODBUS Messaging on TCP/IP V1.0b §3.1.3), unit and function. */
const mbapBytes = 8;

/**
 * The answers to what was asked, if it is what was asked when they were recorded. Of Modbus TCP the transaction's number differs each
 * time, and the answers get that of the question.
 */
export function answersTo(asked: Uint8Array, { question, answers }: Exchange): Exchange['answers'] | undefined {
  if (question.length === 0 || asked.length !== question.length) return undefined;
  if (isSame(asked, question)) return answers;
  if (!isMbap(asked) || !isMbap(question) || !isSame(asked.subarray(2), question.subarray(2))) return undefined;
  return answers.map(({ afterMs, bytes }) => {
    const isOfIt = isMbap(bytes) && isSame(bytes.subarray(0, 2), question.subarray(0, 2));
    return { afterMs, bytes: isOfIt ? Buffer.concat([asked.subarray(0, 2), bytes.subarray(2)]) : bytes };
  });
}

function isMbap(bytes: Uint8Array): boolean {
  const [, , high, low, lengthHigh = 0, lengthLow = 0] = bytes;
  return bytes.length >= mbapBytes && high === 0 && low === 0 && ((lengthHigh << 8) | lengthLow) === bytes.length - 6;
}

function isSame(one: Uint8Array, other: Uint8Array): boolean {
  return Buffer.from(one).equals(other);
}
