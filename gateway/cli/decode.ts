import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { Decoder, DeviceType, Frame, Framer, Step } from '../../devices/device-type.ts';
import type { Moment } from '../../shared/clock.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { readingToJson } from '../../shared/reading.ts';
import { meaningOf } from '../../shared/setting.ts';
import { listed, type Text } from '../../shared/text.ts';
import { camelKeys, fileName, toCamel, toKebab } from '../config/case.ts';
import { checkSettings } from '../config/issues.ts';
import { entriesOf } from '../config/schema-walk.ts';
import { loadHtmlReader } from '../ports/web/read-html.ts';
import { inLines } from '../words/layout.ts';
import { closest } from '../words/suggestion.ts';
import { advertisementDecoding } from './decode-advertisement.ts';
import { lorawanDecoding } from './decode-lorawan.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import { ADVERTISEMENT, type decodeUsage } from './verbs/decode.ts';
import { say } from './words/decode.ts';
import { say as general } from './words/general.ts';

export async function decode({
  args: { type, file },
  options: { hex, option = [], device, date },
  terminal,
}: Called<typeof decodeUsage>): Promise<number> {
  if (type === ADVERTISEMENT && (option.length > 0 || device !== undefined || date !== undefined)) {
    throw new UsageError(say.onlyHex());
  }
  if (type === 'lorawan' && (hex || device !== undefined || date !== undefined)) throw new UsageError(say.onlyJson());
  const run =
    type === 'lorawan'
      ? lorawanDecoding(option, terminal)
      : type === ADVERTISEMENT
        ? advertisementDecoding(terminal)
        : await typeDecoding(type, { device, option, date }, terminal);
  const input = file === undefined || file === '-' ? process.stdin : createReadStream(file);
  try {
    if (hex && run instanceof Decoding) for await (const line of createInterface({ input })) run.hexLine(line);
    else for await (const chunk of input) run.bytes(chunk as Uint8Array); // neither stream has an encoding set
  } catch (cause) {
    throw new MachimoriError('input-unreadable', {
      what: say.inputUnreadable({ why: messageOf(cause) }),
      on: file ?? general.standardInput(),
      hint: general.checkPath(),
      cause,
    });
  }
  const nothing = run.end();
  if (nothing === undefined) return 0;
  terminal.printError(nothing);
  return 1;
}

async function typeDecoding(
  name: string,
  {
    device,
    option,
    date,
  }: { readonly device: string | undefined; readonly option: readonly string[]; readonly date: string | undefined },
  terminal: Terminal,
): Promise<Decoding> {
  const type = findType(name);
  const devices = [{ id: device ?? type.name, options: parseOptions(type, option) }];
  const readHtml = devices.some(({ options }) => type.readsHtml?.(options) === true);
  const place = {
    transport: 'file',
    ...(date !== undefined && { recordedOn: noonOf(date) }),
    ...(readHtml && { readHtml: await loadHtmlReader() }),
  } as const;
  return new Decoding(type, type.framer(devices, place), type.decoder(devices, place), terminal);
}

/** Epoch ms of a day's noon, UTC. */
function noonOf(date: string): number {
  const noon = new Date(`${date}T12:00:00Z`);
  if (!Number.isNaN(noon.getTime()) && noon.toISOString().startsWith(`${date}T`)) return noon.getTime();
  throw new UsageError(say.notADate({ text: date }));
}

/** Runs a device type over a recording. A file has no clock: readings are dated by the run, which says nothing of their time. */
class Decoding {
  readonly #type: DeviceType;
  readonly #framer: Framer;
  readonly #decoder: Decoder;
  readonly #terminal: Terminal;
  readonly #rubbish = new Map<string, { count: number; detail?: Text | string | undefined }>();

  #bytes = 0;
  #readings = 0;

  constructor(type: DeviceType, framer: Framer, decoder: Decoder, terminal: Terminal) {
    this.#type = type;
    this.#framer = framer;
    this.#decoder = decoder;
    this.#terminal = terminal;
  }

  bytes(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    this.#frames(this.#framer.push(chunk));
  }

  /** One frame a line, with blanks between digits if you like; empty lines and comments (#) are skipped. */
  hexLine(line: string): void {
    const digits = line.replace(/\s+/g, '');
    if (digits === '' || digits.startsWith('#')) return;
    this.#bytes += digits.length / 2;
    if (digits.length % 2 !== 0 || /[^0-9a-fA-F]/.test(digits)) {
      this.#note('malformed', say.noHexLine());
      return;
    }
    this.#frames([...this.#framer.push(Buffer.from(digits, 'hex')), ...this.#framer.end()]);
  }

  /** Why nothing came of it, if there was something and no reading came. */
  end(): Text | undefined {
    this.#frames(this.#framer.end());
    this.#take(this.#decoder.end?.(this.#moment()));
    for (const [code, { count, detail }] of this.#rubbish) {
      this.#terminal.printError(
        detail === undefined ? say.rubbish({ code, count }) : say.rubbishWithFirst({ code, count, detail }),
      );
    }
    if (this.#bytes === 0 || this.#readings > 0) return undefined;
    const options = listed(namesOf(this.#type));
    return say.nothingDecoded({ bytes: Math.ceil(this.#bytes), type: this.#type.name, options });
  }

  #frames(frames: readonly Frame[]): void {
    for (const frame of frames) {
      if (frame.ok) this.#take(this.#decoder.decode(frame.bytes, this.#moment()));
      else this.#count({ rubbish: [frame] });
    }
  }

  #take(step: Step | undefined): void {
    if (step === undefined) return;
    this.#readings += step.readings?.length ?? 0;
    for (const reading of step.readings ?? []) this.#terminal.writeJson(JSON.stringify(readingToJson(reading)));
    this.#count(step);
  }

  #count({ rubbish = [] }: Step): void {
    for (const { code, detail } of rubbish) this.#note(code, detail);
  }

  #note(code: string, detail: Text | string | undefined): void {
    const seen = this.#rubbish.get(code);
    this.#rubbish.set(code, { count: (seen?.count ?? 0) + 1, detail: seen?.detail ?? detail });
  }

  #moment(): Moment {
    return { wall: Date.now(), monotonic: performance.now(), synchronised: false };
  }
}

function findType(name: string): DeviceType {
  const type = DEVICE_TYPES.find((candidate) => candidate.name === name);
  if (type !== undefined) return type;
  const names = [...DEVICE_TYPES.map((candidate) => candidate.name), 'lorawan', ADVERTISEMENT];
  const meant = closest(name, names);
  throw new UsageError(
    meant === undefined ? say.noDeviceType({ name, known: listed(names) }) : say.noDeviceTypeButMeant({ name, meant }),
  );
}

/** Its options, as they are written. */
function namesOf(type: DeviceType): string[] {
  return Object.entries(entriesOf(type.options)).map(([key, entry]) => fileName(key, entry));
}

/** `key=value` words as the type's options; a value is JSON if it parses as such, else text. */
function parseOptions(type: DeviceType, words: readonly string[]): unknown {
  const raw: Record<string, unknown> = {};
  const entries = Object.entries(entriesOf(type.options)).map(([key, entry]) => [fileName(key, entry), entry] as const);
  const known = entries.map(([name]) => name);
  for (const word of words) {
    const at = word.indexOf('=');
    const key = toCamel(word.slice(0, at));
    if (at < 1) throw new UsageError(say.noKeyValue({ word }));
    if (!known.includes(toKebab(key))) {
      throw new UsageError(say.noTypeOption({ type: type.name, name: word.slice(0, at), known: listed(known) }));
    }
    const value = jsonOrText(word.slice(at + 1));
    raw[key] = key === 'profile' && typeof value === 'string' ? shippedProfile(type, value) : value;
  }
  const checked = checkSettings(type.options, raw, ['option']);
  if (checked.ok) return checked.output;
  const meanings = entries.map(([name, entry]) => say.typeOption({ name, meaning: meaningOf(entry) ?? '' }));
  throw new UsageError(
    inLines([
      ...checked.faults.map(({ what, mend }) => general.badSetting({ what, mend })),
      say.typeOptions({ type: type.name }),
      ...meanings,
    ]),
  );
}

function shippedProfile(type: DeviceType, name: string): unknown {
  const profile = type.profiles?.[name];
  if (profile === undefined) {
    const known = listed(Object.keys(type.profiles ?? {}));
    throw new UsageError(say.noShippedProfile({ type: type.name, name, known }));
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
