/**
 * Device lists as people hand them over: a table (CSV), the text of a QR code (LoRa Alliance TR005), a file with keys.
 *
 * Errors name the line; keys are never repeated in them. Bounds: `maxDevices` lines.
 */
import { CsvError, parse } from 'csv-parse/sync';
import { MachimoriError } from '../../shared/errors.ts';
import { plainDigits } from '../../shared/hex.ts';
import { listed, type Text } from '../../shared/text.ts';
import { maxDevices } from './register.ts';
import { deviceKeys } from './registered-device.ts';
import { say } from './words.ts';

/** Columns of the table, with the names makers and other network servers use for them: their letters only, the likeliest first. */
const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  id: ['id', 'deviceid', 'name', 'devicename'],
  devEui: ['deveui', 'eui', 'deviceeui'],
  joinEui: ['joineui', 'appeui', 'applicationeui'],
  qr: ['qr', 'qrcode'],
  appKey: ['appkey', 'applicationkey'],
  nwkKey: ['nwkkey', 'networkkey'],
  devAddr: ['devaddr'],
  rx1Delay: ['rxdelay', 'receivedelay'],
  rx2DataRate: ['rxdatarate', 'rxdr'],
  nwkSKey: ['nwkskey'],
  appSKey: ['appskey'],
  fNwkSIntKey: ['fnwksintkey'],
  sNwkSIntKey: ['snwksintkey'],
  nwkSEncKey: ['nwksenckey'],
  profile: ['profile', 'deviceprofile'],
  project: ['project', 'tenant'],
  version: ['version', 'lorawanversion', 'macversion'],
  group: ['group'],
  lat: ['lat', 'latitude'],
  lon: ['lon', 'longitude'],
  place: ['place', 'location'],
};

/** Many times a line with all of its columns. */
const maxLineBytes = 16_384;

export interface DeviceLine {
  readonly line: number;
  /** Keyed by the names in `COLUMNS`; empty cells are left out. */
  readonly cells: Readonly<Record<string, string>>;
}

/**
 * The lines of a table with a heading (RFC 4180, also separated by ";" or tabs). `hasProfile`: devices without a profile get one
 * elsewhere. Throws a MachimoriError "bad-list".
 */
export function readDeviceTable(text: string, file: string, hasProfile = false): readonly DeviceLine[] {
  const [heading, ...rows] = rowsOf(text, file);
  const names = columnsIn(heading?.cells ?? []);
  const line = heading?.line ?? 1;
  if (!names.includes('devEui') && !names.includes('qr')) {
    const columns = Object.keys(COLUMNS).map(asWritten).join(',');
    throw badList(file, line, say.noColumn({ name: 'dev_eui' }), say.beginWith({ heading: columns }));
  }
  if (!names.includes('profile') && !hasProfile) {
    throw badList(file, line, say.noColumn({ name: 'profile' }), say.addProfile());
  }
  const last = rows.at(-1);
  if (last !== undefined && rows.length > maxDevices) throw badList(file, last.line, say.tableTooLong(), say.splitIt());
  return rows.map(({ line, cells }) => {
    if (cells.length > names.length) {
      throw badList(file, line, say.tooManyCells({ cells: cells.length, columns: names.length }), say.quoteText());
    }
    const named = cells.flatMap((cell, n) => {
      const name = names[n];
      return name === undefined || cell === '' ? [] : [[name, cell] as const];
    });
    return { line, cells: Object.fromEntries(named) };
  });
}

/** What each column is, if anything; of two that are the same, such as an id and a name, the likelier one counts. */
function columnsIn(heading: readonly string[]): readonly (string | undefined)[] {
  const plain = heading.map((cell) => cell.toLowerCase().replace(/[^a-z]/g, ''));
  const names = new Map<number, string>();
  for (const [name, written] of Object.entries(COLUMNS)) {
    const likeliest = written.find((each) => plain.includes(each));
    if (likeliest !== undefined) names.set(plain.indexOf(likeliest), name);
  }
  return plain.map((_, at) => names.get(at));
}

/** A column as the help writes it: "dev_eui". */
function asWritten(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

/** Records of the table without empty lines and comments, at most one more than there may be; `line` is a record's last line. */
function rowsOf(text: string, file: string): { readonly line: number; readonly cells: readonly string[] }[] {
  const heading = text.split(/\r?\n/).find((line) => !/^\s*(#|$)/.test(line)) ?? '';
  const rows: { readonly line: number; readonly cells: readonly string[] }[] = [];
  try {
    parse(text, {
      bom: true,
      delimiter: heading.includes(';') && !heading.includes(',') ? ';' : heading.includes('\t') ? '\t' : ',',
      record_delimiter: ['\r\n', '\n'],
      comment: '#',
      comment_no_infix: true,
      trim: true,
      skip_empty_lines: true,
      relax_quotes: true,
      relax_column_count: true,
      max_record_size: maxLineBytes,
      to: maxDevices + 2,
      on_record(cells: readonly string[], { lines }) {
        rows.push({ line: lines, cells: cells.map((cell) => cell.trim()) });
        return null; // so that the parser keeps none of its own
      },
    });
    return rows;
  } catch (fault) {
    if (!(fault instanceof CsvError)) throw fault;
    const line = (rows.at(-1)?.line ?? 0) + 1;
    // Its message may repeat a key.
    throw fault.code === 'CSV_QUOTE_NOT_CLOSED'
      ? badList(file, line, say.quoteOpen(), say.closeQuote())
      : badList(file, line, say.lineTooLong({ max: maxLineBytes }), say.saveAsCsv());
  }
}

export interface QrIdentity {
  readonly joinEui: string;
  readonly devEui: string;
  /** VendorID and VendorProfileID, eight hexadecimal digits. */
  readonly profileId: string;
}

/**
 * The text of a device's QR code: `LW:D0:<JoinEUI>:<DevEUI>:<ProfileID>[:O…][:S…][:P…][:C…]` (TR005 1.0 §2). It contains no key.
 * Throws a MachimoriError "bad-qr".
 */
export function readQrCode(text: string): QrIdentity {
  const match = /^LW:D0:([0-9A-F]{16}):([0-9A-F]{16}):([0-9A-F]{8})(?::.*)?$/i.exec(text.trim());
  const [, joinEui, devEui, profileId] = match ?? [];
  if (joinEui === undefined || devEui === undefined || profileId === undefined) {
    throw new MachimoriError('bad-qr', {
      what: say.notAQrCode(),
      on: `"${text.slice(0, 80)}"`,
      hint: say.qrForm(),
    });
  }
  return { joinEui: joinEui.toLowerCase(), devEui: devEui.toLowerCase(), profileId: profileId.toLowerCase() };
}

const KEY_NAMES = Object.keys(deviceKeys.entries);

/** Just one key (the AppKey), or lines such as `AppKey = 2b7e…`. Throws a MachimoriError "bad-keys". */
export function readKeys(text: string, file: string): Readonly<Record<string, string>> {
  const keys: Record<string, string> = {};
  for (const [i, content] of text.split(/\r?\n/).entries()) {
    const line = content.trim();
    if (line === '' || line.startsWith('#')) continue;
    // A name has a letter that is no digit: "ab:cd:…" is a key.
    const [, written = 'appKey', digits = ''] =
      /^(?:([A-Za-z_-]*[G-Zg-z][A-Za-z_-]*)\s*[=:]\s*)?(.+)$/.exec(line) ?? [];
    const name = KEY_NAMES.find((known) => known.toLowerCase() === written.toLowerCase().replace(/[^a-z]/g, ''));
    const key = plainDigits(digits);
    if (name === undefined || !/^[0-9a-f]{32}$/.test(key)) {
      throw new MachimoriError('bad-keys', {
        what: name === undefined ? say.namesNoKey() : say.keyLength(),
        on: `${file}:${i + 1}`,
        hint: say.keyForm({ names: listed(KEY_NAMES) }),
      });
    }
    keys[name] = key;
  }
  return keys;
}

function badList(file: string, line: number, what: Text, hint: Text): MachimoriError {
  return new MachimoriError('bad-list', { what, on: `${file}:${line}`, hint });
}
