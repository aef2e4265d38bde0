/** What options are given, as numbers and lengths of time. All throw a UsageError that names the option. */
import * as v from 'valibot';
import { parseDuration } from '../../shared/duration.ts';
import { size } from '../../shared/setting.ts';
import { listed } from '../../shared/text.ts';
import { UsageError } from './verb.ts';
import { say } from './words/general.ts';

/** A number not below 0. */
export function numberOf(option: string, word: string): number {
  const number = Number(word);
  if (word.trim() === '' || !Number.isFinite(number) || number < 0)
    throw new UsageError(say.noNumber({ option, word }));
  return number;
}

/** Any number, also below 0. */
export function signedNumberOf(name: string, word: string): number {
  const number = Number(word);
  if (word.trim() === '' || !Number.isFinite(number)) throw new UsageError(say.noSignedNumber({ name, word }));
  return number;
}

export function wholeNumberOf(option: string, word: string, min: number, max: number): number {
  const number = numberOf(option, word);
  if (Number.isInteger(number) && number >= min && number <= max) return number;
  throw new UsageError(say.noWholeNumber({ option, min, max, word }));
}

export function oneOfWords<W extends string>(option: string, word: string, words: readonly W[]): W {
  const found = words.find((each) => each === word);
  if (found === undefined) throw new UsageError(say.oneOf({ option, known: listed(words) }));
  return found;
}

/** Milliseconds. */
export function durationOf(option: string, word: string, example: string): number {
  const ms = parseDuration(word);
  if (ms === undefined) throw new UsageError(say.noDuration({ option, example }));
  return ms;
}

/** The numbers that --id was given, each once. */
export function idsOf(words: string): readonly number[] {
  const ids = words.split(',').map(Number);
  if (!ids.every((id) => Number.isSafeInteger(id) && id > 0)) throw new UsageError(say.noIds({ words }));
  return [...new Set(ids)];
}

/** Bytes. */
export function sizeOf(option: string, word: string): number {
  const parsed = v.safeParse(size, word);
  if (!parsed.success) throw new UsageError(say.noSize({ option, word }));
  return parsed.output;
}
