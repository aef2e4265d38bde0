import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { DeviceType, Place } from '../../devices/device-type.ts';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { meaningOf } from '../../shared/setting.ts';
import { listed } from '../../shared/text.ts';
import { camelKeys, fileName, toCamel, toKebab } from '../config/case.ts';
import { checkSettings } from '../config/issues.ts';
import { entriesOf } from '../config/schema-walk.ts';
import { loadHtmlReader } from '../ports/web/read-html.ts';
import { DIRECTIONS } from '../recording/recorded.ts';
import { recognise } from '../recording/recording.ts';
import { inLines } from '../words/layout.ts';
import { closest } from '../words/suggestion.ts';
import { advertisementDecoding } from './decode-advertisement.ts';
import { lorawanDecoding } from './decode-lorawan.ts';
import { decodeRecording, isRecordingOf, type MakeRun, type Run } from './decode-recording.ts';
import { Decoding } from './decoding.ts';
import type { Terminal } from './terminal.ts';
import { oneOfWords } from './values.ts';
import { type Called, UsageError } from './verb.ts';
import { ADVERTISEMENT, type decodeUsage } from './verbs/decode.ts';
import { say } from './words/decode.ts';
import { say as general } from './words/general.ts';

export async function decode({
  args: { type, file },
  options: { hex, option = [], device, date, direction },
  terminal,
}: Called<typeof decodeUsage>): Promise<number> {
  if (type === ADVERTISEMENT && (option.length > 0 || device !== undefined || date !== undefined)) {
    throw new UsageError(say.onlyHex());
  }
  if (type === 'lorawan' && (hex || device !== undefined || date !== undefined)) throw new UsageError(say.onlyJson());
  const asked = direction === undefined ? undefined : oneOfWords('--direction', direction, [...DIRECTIONS, 'both']);
  const make = await makerOf(type, { device, option, date }, terminal);
  const input = file === undefined || file === '-' ? process.stdin : createReadStream(file);
  const shown = file ?? '-';
  const run = await readingInput(shown, async () => {
    if (hex) {
      const hexRun = make();
      return hexRun instanceof Decoding ? decodeHex(hexRun, createInterface({ input })) : decodePieces(hexRun, input);
    }
    const { recording, pieces } = await recognise(input);
    return recording !== undefined && isRecordingOf(type, recording.format)
      ? decodeRecording(recording, { make, asked, file: shown, terminal })
      : decodePieces(make(), pieces);
  });
  const nothing = run.end();
  if (nothing === undefined) return 0;
  terminal.printError(nothing);
  return 1;
}

/** Throws a MachimoriError "input-unreadable". */
async function readingInput<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof MachimoriError) throw cause;
    throw new MachimoriError('input-unreadable', {
      what: say.inputUnreadable({ why: messageOf(cause) }),
      on: file === '-' ? general.standardInput() : file,
      hint: general.checkPath(),
      cause,
    });
  }
}

async function decodePieces(run: Run, pieces: AsyncIterable<Uint8Array>): Promise<Run> {
  for await (const piece of pieces) run.bytes(piece);
  return run;
}

async function decodeHex(run: Decoding, lines: AsyncIterable<string>): Promise<Run> {
  for await (const line of lines) run.hexLine(line);
  return run;
}

/** What makes the run of a type. */
async function makerOf(
  name: string,
  {
    device,
    option,
    date,
  }: { readonly device: string | undefined; readonly option: readonly string[]; readonly date: string | undefined },
  terminal: Terminal,
): Promise<MakeRun> {
  if (name === 'lorawan') {
    const run = lorawanDecoding(option, terminal);
    return () => run;
  }
  if (name === ADVERTISEMENT) return () => advertisementDecoding(terminal);
  const type = findType(name);
  const devices = [{ id: device ?? type.name, options: parseOptions(type, option) }];
  const readsHtml = devices.some(({ options }) => type.readsHtml?.(options) === true);
  const readHtml = readsHtml ? await loadHtmlReader() : undefined;
  const givenDay = date === undefined ? undefined : noonOf(date);
  return (startedAt) => {
    const recordedOn = givenDay ?? (startedAt === undefined ? undefined : noonOn(startedAt));
    const place: Place = {
      transport: 'file',
      ...(recordedOn !== undefined && { recordedOn }),
      ...(readHtml !== undefined && { readHtml }),
    };
    return new Decoding(
      type,
      { framer: () => type.framer(devices, place), decoder: type.decoder(devices, place) },
      terminal,
    );
  };
}

function noonOn(at: number): number {
  return noonOf(new Date(at).toISOString().slice(0, 10));
}

/** Epoch ms of a day's noon, UTC. */
function noonOf(date: string): number {
  const noon = new Date(`${date}T12:00:00Z`);
  if (!Number.isNaN(noon.getTime()) && noon.toISOString().startsWith(`${date}T`)) return noon.getTime();
  throw new UsageError(say.notADate({ text: date }));
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
