/**
 * Reads what comes out of the sandbox. Nothing in it is trusted; whatever it is, the result is a value.
 */
import type { Text } from '../../../shared/text.ts';
import type { CodecFunction } from '../codec.ts';
import { type CodecFailure, type CodecOutcome, type CodecOutput, failure } from '../outcome.ts';
import { say } from '../words.ts';
import { ANSWER, RETURNED } from './driver.ts';

/** Nesting of objects and lists, since the output may be read recursively. */
const maxDepth = 32;
/** UTF-16 units of a codec's own message within a failure's detail. */
export const maxDetailChars = 300;

type Json = Readonly<Record<string, unknown>>;
type Bad = (what: Text) => CodecFailure;

/** `normalizeUplink` is never asked for by itself. */
type Asked = CodecFunction | 'normalizeUplink';

export function readAnswer(answer: string, codec: string, asked: Asked): CodecOutcome {
  const text = answer.slice(1);
  const bad: Bad = (what) => failure('bad-output', say.badOutput({ codec, function: asked, what }));
  switch (answer[0]) {
    case ANSWER.noFunction:
      return failure('no-function', say.noFunction({ codec, function: asked }));
    case ANSWER.tooLarge:
      return failure('too-large', say.outputTooLarge({ codec, function: asked }));
    case ANSWER.bad:
      return bad(returned(text));
    case ANSWER.unwritable:
      return bad(say.unwritable({ why: saidOr(readThrown(text).said) }));
    case ANSWER.threw:
      return thrownBy(codec, text);
    case ANSWER.result:
    case ANSWER.legacy:
      return readResult(text, asked, answer[0] === ANSWER.legacy, bad);
    case ANSWER.normalized:
      return readNormalized(text, codec, asked, bad);
    default:
      return bad(say.endedSandbox());
  }
}

/** `description` as the driver gives it. */
export function thrownBy(codec: string, description: string): CodecFailure {
  const { said, stack } = readThrown(description);
  const line = /\bcodec:(\d+)/.exec(stack)?.[1];
  const where = line === undefined ? codec : say.line({ codec, line });
  if (/^InternalError: (out of memory|string too long)/.test(said)) {
    return failure('too-much-memory', say.memoryFull({ where }));
  }
  if (/^(Internal|Syntax)Error: stack overflow/.test(said)) {
    return failure('too-much-memory', say.stackFull({ where }));
  }
  return failure('threw', say.threw({ where, said: saidOr(said) }));
}

function readThrown(description: string): { readonly said: string; readonly stack: string } {
  const thrown = parsed(description);
  const [said, stack] = Array.isArray(thrown) ? thrown.map(String) : [];
  return { said: firstLine(said ?? ''), stack: stack ?? '' };
}

/** One bounded line without control characters, fit for a log. */
function firstLine(text: string): string {
  const [line = ''] = text.split('\n', 1);
  return line
    .replace(/[\p{C}\p{Zl}\p{Zp}]/gu, ' ')
    .slice(0, maxDetailChars)
    .trim();
}

function saidOr(said: string): Text | string {
  return said === '' ? say.nothingSaid() : said;
}

/** What the driver says a codec returned instead of a value. */
function returned(what: string): Text {
  if (what === RETURNED.promise) return say.returnedPromise();
  if (what === RETURNED.nothing) return say.returnedNothing();
  return say.returnedType({ type: saidOr(firstLine(what)) });
}

function readNormalized(text: string, codec: string, asked: Asked, bad: Bad): CodecOutcome {
  const answers = parsed(text);
  const [decoded, normal] = Array.isArray(answers) ? answers.map(String) : [];
  if (decoded?.[0] !== ANSWER.result || normal === undefined || normal[0] === ANSWER.normalized) {
    return bad(say.notJson());
  }
  const outcome = readAnswer(decoded, codec, asked);
  if (!outcome.ok) return outcome;
  const made = readAnswer(normal, codec, 'normalizeUplink');
  const normalizedOutput = made.ok ? made.output : { errors: [made.detail.en], warnings: [] };
  return { ok: true, output: { ...outcome.output, normalizedOutput } };
}

function readResult(answer: string, asked: Asked, isLegacy: boolean, bad: Bad): CodecOutcome {
  const space = answer.indexOf(' ');
  const lost = Number(answer.slice(0, space));
  const text = answer.slice(space + 1);
  if (depthOf(text) > maxDepth) return bad(say.tooDeep({ max: maxDepth }));
  const result = parsed(text);
  if (result === undefined) return bad(say.notJson());
  if (isLegacy && asked === 'encodeDownlink') return readBytes({ bytes: result }, bad);
  if (!isObject(result)) return bad(say.notObject());
  if (isLegacy) return readData({ data: result }, lost, bad);
  return asked === 'encodeDownlink' ? readBytes(result, bad) : readData(result, lost, bad, asked === 'normalizeUplink');
}

function readData(result: Json, lost: number, bad: Bad, mayBeList = false): CodecOutcome {
  const { errors, warnings } = messagesOf(result);
  const { data } = result;
  if (isObject(data) || (mayBeList && Array.isArray(data)))
    return { ok: true, output: { data, ...(lost > 0 && { lost }), errors, warnings } };
  if (data !== undefined && data !== null) return bad(say.dataNotObject());
  return { ok: true, output: { errors, warnings } };
}

function readBytes(result: Json, bad: Bad): CodecOutcome {
  const { errors, warnings } = messagesOf(result);
  const bytes = byteList(result.bytes);
  if (bytes === undefined && errors.length === 0) return bad(say.notBytes());
  const { fPort } = result;
  const port = typeof fPort === 'number' && Number.isInteger(fPort) && fPort >= 0 && fPort <= 255 ? fPort : undefined;
  if (port === undefined && fPort !== undefined && fPort !== null) return bad(say.badPort());
  const { bytes: _, fPort: __, errors: ___, warnings: ____, ...beside } = result;
  const output: CodecOutput = {
    ...(Object.keys(beside).length > 0 && { beside }),
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

/** TS013 has lists of text; public codecs also return single texts and other things, and say nothing with empty ones. */
function textsOf(value: unknown): readonly string[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  const said = list.filter((each) => each !== undefined && each !== null && each !== '' && each !== false);
  return said.map((each) => (typeof each === 'string' ? each : JSON.stringify(each)));
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
