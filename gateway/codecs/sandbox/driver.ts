/**
 * Stands between the host and a codec inside the sandbox.
 *
 * `driver` is not called here: its source text is evaluated in QuickJS, before any third-party code. So it refers to nothing
 * outside itself, and since a codec may later replace every built-in, it keeps its own references to those it uses. What comes
 * out of the sandbox is text whose first letter says what follows; the host trusts none of it (answer.ts).
 */

/** First letters of an answer. After `bad` comes one of `RETURNED` or a type's name, after the others JSON or nothing. */
export const ANSWER = {
  /** How many values JSON cannot hold, a space, and the JSON of what a TS013 function returned. */
  result: 'r',
  /** The same of what an older function returned: the data or the bytes alone. */
  legacy: 'l',
  /** JSON of two answers: that of `decodeUplink` (`result`), and that of `normalizeUplink`. */
  normalized: 'd',
  /** What was thrown (`describe`). */
  threw: 't',
  /** What was thrown while writing the result as JSON. */
  unwritable: 'u',
  bad: 'b',
  tooLarge: 's',
  noFunction: 'n',
} as const;

/** What a codec may return instead of a value. */
export const RETURNED = { promise: 'promise', nothing: 'undefined' } as const;

export interface DriverOptions {
  readonly answer: typeof ANSWER;
  readonly returned: typeof RETURNED;
  readonly maxOutputChars: number;
  readonly maxDetailChars: number;
  readonly maxConsoleLines: number;
  readonly maxConsoleChars: number;
}

/** The functions a codec has: `CODEC_NAMES` looked up in the global scope, or exported. */
type Functions = Record<string, unknown>;

/** TS013 with The Things Stack's `normalizeUplink`, then The Things Network v2 (`Decoder`, `Encoder`) and ChirpStack v3 (`Decode`, `Encode`). */
export const CODEC_NAMES = [
  'decodeUplink',
  'encodeDownlink',
  'decodeDownlink',
  'normalizeUplink',
  'Decoder',
  'Encoder',
  'Decode',
  'Encode',
] as const;

interface BufferLike {
  from(from: string | Uint8Array, encoding?: string): Uint8Array & { toString(encoding: string): string };
}

export function driver(options: DriverOptions, Buffer: BufferLike) {
  const { answer, returned, maxOutputChars, maxDetailChars, maxConsoleLines, maxConsoleChars } = options;
  const { parse, stringify } = JSON;
  const { apply, ownKeys } = Reflect;
  const { isView } = ArrayBuffer;
  const { slice, indexOf } = String.prototype;
  const { from: arrayFrom, isArray: isList } = Array;
  const OwnDate = Date;
  const OwnMap = Map;
  const OwnSet = Set;
  const OwnPromise = Promise;
  const OwnString = String;
  const OwnError = Error;
  const global = globalThis as unknown as Record<string, unknown>;
  const shell: { exports: unknown } = { exports: {} };
  const functions: Functions = {};
  let lines: string[] = [];

  const blank = ' ';

  const cut = (text: string, max: number): string => (text.length > max ? apply(slice, text, [0, max]) : text);

  /** JSON of what was thrown: its name and message, and its stack. */
  function describe(thrown: unknown): string {
    let said = '';
    let stack: unknown = '';
    try {
      if ((typeof thrown !== 'object' && typeof thrown !== 'function') || thrown === null) {
        said = cut(OwnString(thrown), maxDetailChars);
      } else {
        const { name, message, stack: where } = thrown as { name?: unknown; message?: unknown; stack?: unknown };
        const what = typeof message === 'string' ? `: ${cut(message, maxDetailChars)}` : '';
        said = (typeof name === 'string' ? cut(name, 50) : 'Object') + what;
        stack = where;
      }
    } catch {
      // It cannot even be looked at.
    }
    return stringify([said, typeof stack === 'string' ? cut(stack, maxDetailChars) : '']);
  }

  function show(value: unknown): string {
    if (typeof value === 'string') return value;
    try {
      return stringify(value) ?? OwnString(value);
    } catch {
      return 'something that cannot be shown';
    }
  }

  function log(...words: unknown[]): void {
    if (lines.length >= maxConsoleLines) return;
    let line = '';
    for (let at = 0; at < words.length && line.length < maxConsoleChars; at++) {
      line += (at === 0 ? '' : ' ') + cut(show(words[at]), maxConsoleChars);
    }
    lines[lines.length] = cut(line, maxConsoleChars);
  }

  function callOf(name: string, input: Record<string, unknown>): { how: string; call: () => unknown } | undefined {
    const named = (key: string) => {
      const own = functions[key];
      return typeof own === 'function' ? own : undefined;
    };
    const modern = named(name);
    if (modern !== undefined) return { how: answer.result, call: () => apply(modern, undefined, [input]) };
    const { bytes, data, fPort, variables } = input;
    const decodes = name === 'decodeUplink';
    if (!decodes && name !== 'encodeDownlink') return undefined;
    const portLast = named(decodes ? 'Decoder' : 'Encoder');
    const given = decodes ? bytes : data;
    if (portLast !== undefined) return { how: answer.legacy, call: () => apply(portLast, undefined, [given, fPort]) };
    const portFirst = named(decodes ? 'Decode' : 'Encode');
    if (portFirst === undefined) return undefined;
    return { how: answer.legacy, call: () => apply(portFirst, undefined, [fPort, given, variables]) };
  }

  /** Byte arrays become lists of numbers; JSON would turn them into objects. */
  function listBytes(value: unknown): unknown {
    return isView(value) ? apply(arrayFrom, undefined, [value]) : value;
  }

  /** Maps become objects and sets lists; JSON would write neither's members. */
  function withMembers(value: unknown): unknown {
    if (value instanceof OwnSet) return apply(arrayFrom, undefined, [value]);
    if (!(value instanceof OwnMap)) return value;
    const members = { __proto__: null } as Record<string, unknown>;
    const entries = apply(arrayFrom, undefined, [value]) as [unknown, unknown][];
    for (let at = 0; at < entries.length; at++) {
      const entry = entries[at];
      if (entry !== undefined) members[OwnString(entry[0])] = entry[1];
    }
    return members;
  }

  function written(how: string, result: unknown): string {
    if (result instanceof OwnPromise) return answer.bad + returned.promise;
    try {
      let plain = listBytes(result);
      if (typeof plain === 'object' && plain !== null) {
        const { bytes } = plain as { bytes?: unknown };
        if (isView(bytes)) plain = { ...plain, bytes: listBytes(bytes) };
      }
      let lost = 0;
      const text = stringify(plain, (_, value: unknown) => {
        if (typeof value === 'number' && value - value !== 0) lost++; // NaN and infinities become null
        return withMembers(value);
      });
      if (text === undefined) return answer.bad + (result === undefined ? returned.nothing : typeof result);
      // A template would call the codec's String.prototype.concat.
      return text.length > maxOutputChars ? answer.tooLarge : how + lost + blank + text;
    } catch (thrown) {
      return answer.unwritable + describe(thrown);
    }
  }

  /** What the codec's `normalizeUplink` makes of the data, beside the answer that gave it; that alone if there is nothing to do. */
  function normalized(decoded: string, json: string): string {
    const { normalizeUplink } = functions;
    if (typeof normalizeUplink !== 'function' || decoded[0] !== answer.result) return decoded;
    const { data, errors } = parse(apply(slice, decoded, [apply(indexOf, decoded, [blank]) + 1]));
    let isFaulty = !isList(errors) && !!errors;
    for (let at = 0; isList(errors) && at < errors.length; at++) isFaulty ||= !!errors[at];
    if (typeof data !== 'object' || data === null || isFaulty) return decoded;
    let normal: string;
    try {
      const input = parse(json);
      input.recvTime = new OwnDate(input.recvTime);
      input.data = data;
      normal = written(answer.result, apply(normalizeUplink, undefined, [input]));
    } catch (thrown) {
      normal = answer.threw + describe(thrown);
    }
    return answer.normalized + stringify([decoded, normal]);
  }

  global.Buffer = Buffer;
  global.atob = (text: unknown) => Buffer.from(OwnString(text), 'base64').toString('latin1');
  global.btoa = (text: unknown) => Buffer.from(OwnString(text), 'latin1').toString('base64');
  global.TextEncoder = class {
    encode(text: unknown = ''): Uint8Array {
      return new Uint8Array(Buffer.from(OwnString(text), 'utf8'));
    }
  };
  global.TextDecoder = class {
    decode(bytes: Uint8Array = new Uint8Array(0)): string {
      return Buffer.from(bytes).toString('utf8');
    }
  };
  global.console = { log, info: log, warn: log, error: log, debug: log, trace: log };
  global.module = shell;
  global.exports = shell.exports;
  global.require = (name: unknown) => {
    if (name === 'buffer' || name === 'node:buffer') return { Buffer };
    throw new OwnError(`a codec is one file and can require nothing but "buffer", not "${show(name)}"`);
  };
  // Everything that could wait, or tell one call from another, is removed. Date stands still, and Math.random starts over with each call.
  for (const name of ['performance', 'Atomics', 'SharedArrayBuffer', 'WeakRef', 'FinalizationRegistry']) {
    delete global[name];
  }

  return {
    describe,
    /** Takes over the codec's functions after its source was evaluated. Global ones come before exported ones. */
    adopt(found: Functions): void {
      const { exports } = shell;
      const exported: Functions = typeof exports === 'object' && exports !== null ? (exports as Functions) : {};
      const names = ownKeys(found);
      for (let at = 0; at < names.length; at++) {
        const name = OwnString(names[at]);
        functions[name] = found[name] ?? exported[name];
      }
    },
    call(name: string, json: string): string {
      try {
        const input = parse(json);
        if (name === 'decodeUplink') input.recvTime = new OwnDate(input.recvTime);
        const found = callOf(name, input);
        if (found === undefined) return answer.noFunction;
        const said = written(found.how, found.call());
        return name === 'decodeUplink' ? normalized(said, json) : said;
      } catch (thrown) {
        return answer.threw + describe(thrown);
      }
    },
    /** The lines written to the console, as JSON. */
    console(): string {
      const written = stringify(lines);
      lines = [];
      return written;
    },
  };
}
