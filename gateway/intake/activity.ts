/**
 * What came when, by port and by device, for the status, the metrics and the live table. In memory only.
 *
 * Bounds: an entry for each port and device that is configured or registered, and for each station that a port takes. Rubbish
 * is counted by its fixed set of codes.
 */
import { type Rubbish, type RubbishCode, rubbishText } from '../../devices/device-type.ts';
import type { Reading } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import { AWAITED, type Retry } from '../net/keep-open.ts';
import type { StationPlace } from '../ports/radio.ts';
import { say } from './words.ts';

export interface PortActivity {
  readonly path: string;
  state: 'closed' | 'open';
  /** Why it is closed; undefined while it is open. */
  why: Text | undefined;
  /** When it is tried again; undefined while it is open, and before the first attempt has failed. */
  retry: Retry | undefined;
  bytes: number;
  frames: number;
  readings: number;
  rubbish: number;
  /** Readings with texts that were not Unicode and were mended. */
  mendedTexts: number;
  /** Rubbish since the last reading, but for answers that did not come. */
  rubbishInARow: number;
  readonly rubbishByCode: Map<RubbishCode, number>;
  /** Epoch ms; undefined before the first. */
  lastBytesAt?: number;
  lastFrameAt?: number;
  lastReadingAt?: number;
  lastRubbishAt?: number;
  /** What was wrong with the last rubbish, in words. */
  lastRubbish?: Text;
  /** Whether bytes that nobody understood may be shown: never where strangers' addresses come. */
  showsRubbish?: boolean;
  /** The first `maxRubbishShown` bytes of it, where they may be shown. */
  lastRubbishBytes?: Uint8Array;
  /** How many were turned away at its door, the last time, and why. */
  turnedAway: number;
  lastTurnedAwayAt?: number;
  lastTurnedAway?: Text;
  /** It asks an outside source. */
  isAsked?: boolean;
  /** It fetches what others have taken in, and which is kept there. */
  fetches?: boolean;
  /** When an outside source last answered, with a new document or without. */
  lastAnswerAt?: number;
  /** Why its last document could not be used. */
  unusable?: Text | undefined;
  /** Why nothing comes although it is open. */
  heldBack?: Text | undefined;
  /** When another client with its name at the broker last ended its session. */
  lastRivalAt?: number;
  /** The LoRa gateways that talk to it, by EUI: when each last did, epoch ms, and the frames that it heard. */
  stations?: Map<string, StationActivity>;
  /** When one of them was last forgotten because too many talked. */
  lastForgottenAt?: number;
  /** Is told what its source does. */
  readonly changed?: ((change: PortChange, why?: Text) => void) | undefined;
}

export interface StationActivity {
  readonly lastAt: number;
  readonly frames: number;
  /** Where it says that it stands. */
  readonly place?: StationPlace;
}

/** What a port's source did: opened, closed after it was open, could not be opened, or did not come to a port that listens for it. */
export type PortChange = 'opened' | 'closed' | 'not-opened' | 'awaited';

export function newPortActivity(path: string, changed?: PortActivity['changed']): PortActivity {
  return {
    path,
    changed,
    state: 'closed',
    why: say.notOpenedYet(),
    retry: undefined,
    bytes: 0,
    frames: 0,
    readings: 0,
    rubbish: 0,
    mendedTexts: 0,
    rubbishInARow: 0,
    turnedAway: 0,
    rubbishByCode: new Map(),
  };
}

/** Bytes have come to a port; `at` is epoch ms. */
export function noteBytes(port: PortActivity, bytes: number, at: number): void {
  port.bytes += bytes;
  port.lastBytesAt = at;
}

/** A whole frame or message has come. */
export function noteFrame(port: PortActivity, at: number): void {
  port.frames++;
  port.lastFrameAt = at;
}

/** Enough to see by what is sent there: a NMEA or Modbus device, or another baud rate. */
const maxRubbishShown = 32;

export function noteRubbish(port: PortActivity, rubbish: Rubbish, at: number): void {
  port.rubbish++;
  port.rubbishByCode.set(rubbish.code, (port.rubbishByCode.get(rubbish.code) ?? 0) + 1);
  port.lastRubbishAt = at;
  port.lastRubbish = rubbishText(rubbish);
  if (port.showsRubbish === true) port.lastRubbishBytes = rubbish.bytes.slice(0, maxRubbishShown);
}

export function noteTurnedAway(port: PortActivity, rubbish: Rubbish, at: number): void {
  noteRubbish(port, rubbish, at);
  port.turnedAway++;
  port.lastTurnedAwayAt = at;
  port.lastTurnedAway = rubbish.detail ?? rubbishText(rubbish);
}

/** The source of a port is open. */
export function noteOpen(port: PortActivity): void {
  if (port.state === 'closed') port.changed?.('opened');
  port.state = 'open';
  port.why = undefined;
  port.retry = undefined;
}

/** The source is gone, and why. */
export function noteClosed(port: PortActivity, why: Text, retry?: Retry): void {
  const other = retry === AWAITED ? 'awaited' : 'not-opened';
  port.changed?.(port.state === 'open' ? 'closed' : other, why);
  port.state = 'closed';
  port.why = why;
  port.retry = retry;
}

export interface DeviceActivity {
  readonly type: string;
  readonly port: string;
  readings: number;
  rubbish: number;
  /** What it last observed; what it says of itself only if it has observed nothing yet. */
  last?: Reading;
  /** Epoch ms at which its last reading came, of any kind. */
  lastAt?: number;
  /** Since it was last heard: how often it gave no answer, an error, or a payload that its codec cannot read. */
  faultsInARow: number;
  /** The last of them. */
  lastFault?: { readonly code: RubbishCode; readonly text: Text };
  /** It hears nothing of what it listens for: what was done about it. */
  deaf?: Text | undefined;
  /** By how much the time of its last reading was off, ms; only if it could not be believed. */
  timeOffMs?: number | undefined;
}

/** What says that a device, not its line, is at fault. */
const DEVICE_FAULTS: ReadonlySet<RubbishCode> = new Set(['no-answer', 'device-error', 'codec-fault', 'changed-shape']);

/** A device has given a reading; `at` is epoch ms. What is history does not take the place of something newer. */
export function noteReading(device: DeviceActivity, reading: Reading, at: number, isHistory = false): void {
  device.readings++;
  device.lastAt = at;
  const isCurrent = !isHistory && (reading.kind !== 'status' || device.last?.kind === 'status');
  if (isCurrent || device.last === undefined) device.last = reading;
  if (reading.quality !== 'undecoded') device.faultsInARow = 0;
}

/** A device that the gateway knows has told a time: `offMs` if it cannot be believed. */
export function noteTime(device: DeviceActivity | undefined, offMs: number | undefined): void {
  if (device !== undefined && device.timeOffMs !== offMs) device.timeOffMs = offMs;
}

/** Rubbish has come from a device, or nothing where something should have. A deaf one is the affair of silence.ts. */
export function noteFault(device: DeviceActivity, code: RubbishCode, text: Text): void {
  device.rubbish++;
  if (code === 'deaf') device.deaf = text;
  if (!DEVICE_FAULTS.has(code)) return;
  device.faultsInARow++;
  device.lastFault = { code, text };
}

export class Activity {
  readonly ports = new Map<string, PortActivity>();
  readonly devices = new Map<string, DeviceActivity>();

  addPort(name: string, path: string, changed?: PortActivity['changed']): PortActivity {
    const port = newPortActivity(path, changed);
    this.ports.set(name, port);
    return port;
  }

  /** With its devices. */
  removePort(name: string): void {
    this.ports.delete(name);
    for (const [id, { port }] of this.devices) if (port === name) this.devices.delete(id);
  }

  addDevice(id: string, type: string, port: string): DeviceActivity {
    const device: DeviceActivity = { type, port, readings: 0, rubbish: 0, faultsInARow: 0 };
    this.devices.set(id, device);
    return device;
  }

  /** For a port whose devices come and go: new ones are added, those that are gone are forgotten. */
  setDevices(ids: readonly string[], type: string, port: string): void {
    const wanted = new Set(ids);
    for (const [id, device] of this.devices) if (device.port === port && !wanted.has(id)) this.devices.delete(id);
    for (const id of ids) if (!this.devices.has(id)) this.addDevice(id, type, port);
  }
}

/** A device has shown that it works, without a reading. */
export function noteHeard({ devices }: Activity, id: string): void {
  const device = devices.get(id);
  if (device === undefined) return;
  device.faultsInARow = 0;
  device.deaf = undefined;
}
