/**
 * Frames as they come, told to whoever watches a port: a line of JSON each, and how they are kept as a recording that `machimori decode` reads.
 *
 *   {"port":{…}}        first: what is watched
 *   {"frame":{…}}       what came or was written, and what became of it
 *   {"raw":{…}}         in place of frames, for a recording of the line: bytes as they came or went
 *   {"missed":12}       so many before the next were left out
 *   (an empty line)     nothing has happened, and both ends are there
 *   {"ended":"port"}    last
 */
import type { Reading } from './reading.ts';
import { printable, type Text } from './text.ts';

export interface WatchedPort {
  readonly name: string;
  readonly shape: 'stream' | 'messages' | 'documents' | 'radio' | 'network-server';
  /** As configured: of a LoRaWAN port none, since they are in the register. */
  readonly devices: readonly WatchedDevice[];
  /** Only lengths, kinds and counts are told, since strangers' addresses or others' messages are in what comes. */
  readonly isWithheld: boolean;
  /** What is asked belongs into a recording, since only that tells what an answer holds. */
  readonly asks: boolean;
}

export interface WatchedDevice {
  readonly id: string;
  readonly type: string;
  /** What differs from the type's usual options, as words for `decode --option`. */
  readonly options: readonly string[];
  /** Options that are set and cannot be written as such words. */
  readonly unwritten: readonly string[];
}

export interface LiveFrame {
  /** Epoch ms. */
  readonly at: number;
  /** How many bytes came; absent if nothing came: time passed, or something was asked. */
  readonly length?: number;
  /** The first of them in hexadecimal: all, if they are `length`. Absent if they are withheld. */
  readonly hex?: string;
  /** Of a message. */
  readonly topic?: string;
  /** Of a LoRaWAN frame ("join-request"), or of a message of another network server. */
  readonly kind?: string;
  /** Whose it is, if that is known before it is decoded. */
  readonly device?: string;
  /** Without values where they are withheld. */
  readonly readings: readonly (Pick<Reading, 'device' | 'kind' | 'observedAt' | 'values' | 'quality' | 'doubtful'> &
    object)[];
  /** Readings beyond those. */
  readonly more?: number;
  /** Operators' tags in it, which are sealed. */
  readonly tags?: number;
  readonly rubbish: readonly { readonly code: string; readonly detail?: Text; readonly device?: string }[];
  /** What is written to the device, in hexadecimal; empty if it is withheld. */
  readonly written: readonly string[];
}

/** Bytes of a line, whatever frames they are part of. */
export interface RawBytes {
  /** Epoch ms. */
  readonly at: number;
  readonly direction: 'from-device' | 'to-device';
  readonly hex: string;
}

/** "port": it was closed, or runs again with another configuration. "time": `maxWatchMs` are over. */
export type WatchEnd = 'port' | 'time';

export type WatchLine =
  | { readonly port: WatchedPort }
  | { readonly frame: LiveFrame }
  | { readonly missed: number }
  | { readonly ended: WatchEnd };

/** Of a port that is recorded. */
export type RecordLine = Exclude<WatchLine, { readonly frame: LiveFrame }> | { readonly raw: RawBytes };

/** Undefined for an empty line. The lines are of our own server. */
export function readWatchLine(line: string): WatchLine | undefined {
  return line.trim() === '' ? undefined : (JSON.parse(line) as WatchLine); // written by a gateway of the same release
}

/** The same of a port that is recorded. */
export function readRecordLine(line: string): RecordLine | undefined {
  return line.trim() === '' ? undefined : (JSON.parse(line) as RecordLine); // as above
}

/** Bytes in hexadecimal as people read them: in pairs, with blanks between. */
export function spacedHex(hex: string): string {
  return hex.replace(/..(?!$)/g, '$& ');
}

/** Bytes as text: what cannot be printed is "·", so that nothing turns the line or controls a terminal. */
export function textOfHex(hex: string): string {
  const bytes = (hex.match(/../g) ?? []).map((pair) => Number.parseInt(pair, 16));
  const text = new TextDecoder().decode(Uint8Array.from(bytes));
  return printable(text.replace(/[\t\n\r]/g, '·')).replace(/\ufffd/g, '·');
}

/** By whose type a recording is decoded; undefined if that is to be chosen first. A device of a family is not in the list, its family is. */
export function decodedAs({ devices }: WatchedPort, id?: string): WatchedDevice | undefined {
  const [first] = devices;
  const named = devices.find((each) => each.id === id);
  if (named !== undefined) return named;
  return devices.every(({ type }) => type === first?.type) ? first : undefined;
}

/** The command that decodes a recording. */
export function decodeCommand({ shape }: WatchedPort, device: WatchedDevice | undefined, file: string): string {
  if (shape === 'radio') return `machimori decode lorawan ${file}`;
  const options = (device?.options ?? []).map((word) => ` --option ${quoted(word)}`).join('');
  return `machimori decode ${device?.type ?? ''} --hex --device ${device?.id ?? ''}${options} ${file}`;
}

/**
 * How a recording begins: comments with the command that decodes it. It has hexadecimal, a frame a line; that of a LoRaWAN port has JSON lines
 * for `decode lorawan`, and no comments. `since`: epoch ms.
 */
export function recordingHead(
  port: WatchedPort,
  device: WatchedDevice | undefined,
  from: string,
  since: number,
): string[] {
  if (port.shape === 'radio') return [];
  const { unwritten = [] } = device ?? {};
  return [
    `# ${printable(from)}, ${printable(port.name)}, ${new Date(since).toISOString()}`,
    `# ${printable(decodeCommand(port, device, 'FILE'))}`,
    ...(unwritten.length === 0 ? [] : [`# Add by hand, as configured: ${unwritten.map(printable).join(', ')}`]),
  ];
}

/** A frame's lines of a recording: none if it is not whole. What came is followed by what was written thereupon. */
export function recordedLines(frame: LiveFrame, { shape, name, asks }: WatchedPort): string[] {
  const { at, device, kind, written } = frame;
  const hex = wholeHex(frame);
  const time = new Date(at).toISOString();
  if (shape === 'radio')
    return hex === undefined ? [] : [JSON.stringify({ phy: hex, at: time, device, kind, port: name })];
  const lines = [...(hex === undefined ? [] : [hex]), ...written.map((each) => (asks ? each : `# written: ${each}`))];
  return lines.length === 0 ? [] : [`# ${time}`, ...lines];
}

/** Whose it is, and whose readings and rubbish are in it. */
export function devicesOf({ device, readings, rubbish }: LiveFrame): readonly string[] {
  const all = [device, ...readings.map((each) => each.device), ...rubbish.map((each) => each.device)];
  return all.filter((each) => each !== undefined);
}

/** All that came, if it is all there. */
function wholeHex({ length, hex }: LiveFrame): string | undefined {
  return length !== undefined && length > 0 && hex?.length === 2 * length ? hex : undefined;
}

/** For a POSIX shell. */
function quoted(word: string): string {
  return /^[A-Za-z0-9_=.:/-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}
