import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { Decoder, DeviceType, Frame, Framer, Step } from '../../devices/device-type.ts';
import type { Moment } from '../../shared/clock.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { readingToJson } from '../../shared/reading.ts';
import { meaningOf } from '../../shared/setting.ts';
import { camelKeys, toCamel, toKebab } from '../config/case.ts';
import { faultOfIssue } from '../config/fault.ts';
import { closest, entriesOf } from '../config/schema-walk.ts';
import { type Command, print, printError, UsageError } from './command.ts';
import { LorawanDecoding, lorawanHelp } from './decode-lorawan.ts';

export const decode: Command = {
  name: 'decode',
  arguments: '<device-type>|lorawan [file] [--hex] [--option key=value]…',
  summary:
    'raw bytes (or with --hex a frame a line) to readings, LoRaWAN frames to what they say; one JSON object a line',
  help: [
    'Reads standard input without a file. Readings go to standard output; rubbish is counted by reason on standard error.',
    '--device ID     the device that the readings name (default: the device type)',
    '--option k=v    an option of the device type, as in a configuration; objects and lists as JSON; may be repeated',
    'Exit code 0: the input could be read, whatever it held. 1: it could not.',
    `Device types: ${DEVICE_TYPES.map(({ name }) => name).join(', ')}`,
    '',
    lorawanHelp,
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        hex: { type: 'boolean', default: false },
        option: { type: 'string', multiple: true, default: [] },
        device: { type: 'string' },
      },
    });
    const [typeName, file, ...rest] = positionals;
    if (typeName === undefined) throw new UsageError('The device type is missing');
    if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is too much`);
    const run = typeName === 'lorawan' ? lorawanDecoding(values) : typeDecoding(typeName, values);
    const input = file === undefined || file === '-' ? process.stdin : createReadStream(file);
    try {
      if (values.hex && run instanceof Decoding) for await (const line of createInterface({ input })) run.hexLine(line);
      else for await (const chunk of input) run.bytes(chunk as Uint8Array); // neither stream has an encoding set
    } catch (cause) {
      throw new MachimoriError('input-unreadable', {
        what: `the input cannot be read (${messageOf(cause)})`,
        on: file ?? 'standard input',
        hint: 'Check the path and the permissions',
        cause,
      });
    }
    run.end();
    return 0;
  },
};

interface Words {
  readonly hex: boolean;
  readonly option: readonly string[];
  readonly device?: string | undefined;
}

function lorawanDecoding({ hex, option, device }: Words): LorawanDecoding {
  if (hex || device !== undefined) throw new UsageError('lorawan reads lines of JSON: --hex and --device do not apply');
  return new LorawanDecoding(option);
}

function typeDecoding(typeName: string, { option, device }: Words): Decoding {
  const type = findType(typeName);
  const devices = [{ id: device ?? type.name, options: parseOptions(type, option) }];
  const surroundings = { transport: 'file' } as const;
  return new Decoding(type.framer(devices, surroundings), type.decoder(devices, surroundings));
}

/** Runs a device type over a recording. There is no clock in a file: the moment is that of the run, and nobody set it. */
class Decoding {
  readonly #framer: Framer;
  readonly #decoder: Decoder;
  readonly #rubbish = new Map<string, { count: number; detail?: string | undefined }>();

  constructor(framer: Framer, decoder: Decoder) {
    this.#framer = framer;
    this.#decoder = decoder;
  }

  bytes(chunk: Uint8Array): void {
    this.#frames(this.#framer.push(chunk));
  }

  /** One frame a line; blanks between digits are allowed, empty lines and comments (#) are not frames. */
  hexLine(line: string): void {
    const digits = line.replace(/\s+/g, '');
    if (digits === '' || digits.startsWith('#')) return;
    if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) {
      this.#count({ rubbish: [{ code: 'malformed', bytes: Buffer.from(line), detail: 'a line is no hexadecimal' }] });
      return;
    }
    this.#frames([...this.#framer.push(Buffer.from(digits, 'hex')), ...this.#framer.end()]);
  }

  end(): void {
    this.#frames(this.#framer.end());
    this.#take(this.#decoder.end?.(this.#moment()));
    for (const [code, { count, detail }] of this.#rubbish) {
      printError(`rubbish: ${code} ${count}${detail === undefined ? '' : ` (the first: ${detail})`}`);
    }
  }

  #frames(frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (frame.ok) this.#take(this.#decoder.decode(frame.bytes, this.#moment()));
      else this.#count({ rubbish: [frame] });
    }
  }

  #take(step: Step | undefined): void {
    if (step === undefined) return;
    for (const reading of step.readings ?? []) print(JSON.stringify(readingToJson(reading)));
    this.#count(step);
  }

  #count({ rubbish = [] }: Step): void {
    for (const { code, detail } of rubbish) {
      const seen = this.#rubbish.get(code);
      this.#rubbish.set(code, {
        count: (seen?.count ?? 0) + 1,
        detail: seen?.detail ?? (typeof detail === 'object' ? detail.en : detail),
      });
    }
  }

  #moment(): Moment {
    return { wall: Date.now(), monotonic: performance.now(), synchronised: true };
  }
}

function findType(name: string): DeviceType {
  const type = DEVICE_TYPES.find((candidate) => candidate.name === name);
  if (type !== undefined) return type;
  const names = DEVICE_TYPES.map((candidate) => candidate.name);
  const meant = closest(name, names);
  throw new UsageError(
    `There is no device type "${name}"; ${meant ? `did you mean ${meant}?` : `there are: ${names.join(', ')}`}`,
  );
}

/** `key=value` words as the type's options; a value is JSON where it parses as such, else text. */
function parseOptions(type: DeviceType, words: readonly string[]): unknown {
  const raw: Record<string, unknown> = {};
  const known = Object.keys(entriesOf(type.options));
  for (const word of words) {
    const at = word.indexOf('=');
    const key = toCamel(word.slice(0, at));
    if (at < 1) throw new UsageError(`--option ${word} is not key=value`);
    if (!known.includes(key)) {
      const names = known.map(toKebab).join(', ');
      throw new UsageError(`${type.name} has no option ${word.slice(0, at)}; it has: ${names}`);
    }
    const value = jsonOrText(word.slice(at + 1));
    raw[key] = key === 'profile' && typeof value === 'string' ? shippedProfile(type, value) : value;
  }
  const result = v.safeParse(type.options, raw);
  if (result.success) return result.output;
  const faults = result.issues.map((issue) => faultOfIssue(issue, type.options, raw, ['option']));
  const known_ = known.map(
    (key) => `  ${toKebab(key)}: ${meaningOf(entriesOf(type.options)[key] ?? type.options)?.en}`,
  );
  throw new UsageError([...faults.map(({ what, mend }) => `${what}. ${mend}`), 'Options:', ...known_].join('\n'));
}

function shippedProfile(type: DeviceType, name: string): unknown {
  const profile = type.profiles?.[name];
  if (profile === undefined) {
    const names = Object.keys(type.profiles ?? {}).join(', ');
    throw new UsageError(`${type.name} ships no profile "${name}"; it ships: ${names}. Your own can be given as JSON`);
  }
  return profile;
}

function jsonOrText(text: string): unknown {
  try {
    return camelKeys(JSON.parse(text));
  } catch {
    return text; // plain text needs no quotes on a command line
  }
}
