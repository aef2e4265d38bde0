/**
 * Reads what came out of the sandbox. It is a stranger's text: nothing in it is trusted, and whatever it is, the result is a value.
 */
import type { CodecFunction } from '../codec.ts';
import { type CodecFailure, type CodecOutcome, type CodecOutput, failure } from '../outcome.ts';
import { ANSWER } from './driver.ts';

/** Objects and lists within each other; what reads the output afterwards may do so by recursion. */
const maxDepth = 32;
/** UTF-16 units of a message of the codec's own, in a failure's detail. */
export const maxDetailChars = 300;

type Json = Readonly<Record<string, unknown>>;

export function readAnswer(answer: string, codec: string, asked: CodecFunction): CodecOutcome {
  const text = answer.slice(1);
  switch (answer[0]) {
    case ANSWER.noFunction:
      return failure('no-function', `${codec} has no function ${asked}`);
    case ANSWER.tooLarge:
      return failure('too-large', `${codec}: what ${asked} returned is too large`);
    case ANSWER.bad:
      return failure('bad-output', `${codec}: ${asked}: ${firstLine(text)}`);
    case ANSWER.unwritable: {
      const { said } = readThrown(text);
      return failure('bad-output', `${codec}: ${asked}: what it returned cannot be written as JSON (${said})`);
    }
    case ANSWER.threw:
      return thrownBy(codec, text);
    case ANSWER.result:
    case ANSWER.legacy:
      return readResult(text, codec, asked, answer[0] === ANSWER.legacy);
    default:
      return failure('bad-output', `${codec}: ${asked} ended the sandbox's own code`);
  }
}

/** `description` as the driver gives it. */
export function thrownBy(codec: string, description: string): CodecFailure {
  const { said, stack } = readThrown(description);
  const line = /\bcodec:(\d+)/.exec(stack)?.[1];
  const where = line === undefined ? codec : `${codec} line ${line}`;
  if (/^InternalError: (out of memory|string too long)/.test(said)) {
    return failure('too-much-memory', `${where}: the memory of the sandbox is full`);
  }
  if (/^(Internal|Syntax)Error: stack overflow/.test(said)) {
    return failure('too-much-memory', `${where}: the stack of the sandbox is full; does a function call itself?`);
  }
  return failure('threw', `${where}: ${said}`);
}

function readThrown(description: string): { readonly said: string; readonly stack: string } {
  const thrown = parsed(description);
  const [said, stack] = Array.isArray(thrown) ? thrown.map(String) : [];
  return { said: firstLine(said ?? ''), stack: stack ?? '' };
}

/** What fits into a log line: one line, bounded, without control characters. */
function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1);
  const shown = line
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, maxDetailChars)
    .trim();
  return shown === '' ? 'nothing was said' : shown;
}

function readResult(text: string, codec: string, asked: CodecFunction, isLegacy: boolean): CodecOutcome {
  const bad = (what: string) => failure('bad-output', `${codec}: ${asked}: ${what}`);
  if (depthOf(text) > maxDepth) return bad(`what it returned is nested more than ${maxDepth} deep`);
  const result = parsed(text);
  if (result === undefined) return bad('what it returned cannot be written as JSON');
  if (isLegacy && asked === 'encodeDownlink') return readBytes({ bytes: result }, bad);
  if (isLegacy) return isObject(result) ? readData({ data: result }, bad) : bad('it did not return an object');
  if (!isObject(result)) return bad('it did not return an object');
  return asked === 'encodeDownlink' ? readBytes(result, bad) : readData(result, bad);
}

function readData(result: Json, bad: (what: string) => CodecOutcome): CodecOutcome {
  const { errors, warnings } = messagesOf(result);
  const { data } = result;
  if (isObject(data)) return { ok: true, output: { data, errors, warnings } };
  if (data !== undefined && data !== null) return bad('the data is not an object');
  return { ok: true, output: { errors, warnings } };
}

function readBytes(result: Json, bad: (what: string) => CodecOutcome): CodecOutcome {
  const { errors, warnings } = messagesOf(result);
  const bytes = byteList(result.bytes);
  if (bytes === undefined && errors.length === 0) return bad('the bytes are not a list of numbers from 0 to 255');
  const { fPort } = result;
  const port = typeof fPort === 'number' && Number.isInteger(fPort) && fPort >= 0 && fPort <= 255 ? fPort : undefined;
  if (port === undefined && fPort !== undefined && fPort !== null)
    return bad('the fPort is not a number from 0 to 255');
  const output: CodecOutput = {
    ...(bytes !== undefined && { bytes }),
    ...(port !== undefined && { fPort: port }),
    errors,
    warnings,
  };
  return { ok: true, output };
}

/** A list of bytes, or a Buffer as JSON writes it. */
function byteList(value: unknown): readonly number[] | undefined {
  const list = isObject(value) && value.type === 'Buffer' ? value.data : value;
  if (!Array.isArray(list)) return undefined;
  return list.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255) ? list : undefined;
}

function messagesOf(result: Json): { readonly errors: readonly string[]; readonly warnings: readonly string[] } {
  return { errors: textsOf(result.errors), warnings: textsOf(result.warnings) };
}

/** TS013 has lists of text; a single text, and things that are no text, are found in public codecs. */
function textsOf(value: unknown): readonly string[] {
  if (value === undefined || value === null) return [];
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // a codec that replaced what writes JSON
  }
}

function depthOf(json: string): number {
  let depth = 0;
  let deepest = 0;
  let isText = false;
  for (let at = 0; at < json.length; at++) {
    const letter = json[at];
    if (isText) {
      if (letter === '\\') at++;
      else if (letter === '"') isText = false;
    } else if (letter === '"') isText = true;
    else if (letter === '{' || letter === '[') deepest = Math.max(deepest, ++depth);
    else if (letter === '}' || letter === ']') depth--;
  }
  return deepest;
}
