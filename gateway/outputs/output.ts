/** What every output on the spot is: a siren's relay, a warning lamp, a display board. Types in catalogue.ts; what they are told in switchboard.ts. */
import * as v from 'valibot';
import type { Clock } from '../../shared/clock.ts';
import { duration } from '../../shared/duration.ts';
import { filled, id, setting } from '../../shared/setting.ts';
import type { ConnectMqtt } from '../net/mqtt-connection.ts';
import type { StreamPort } from '../ports/port.ts';
import type { Fault, Path } from '../words/fault.ts';
import { say } from './words.ts';

/** The settings of every output. */
export const commonOutputSettings = {
  name: setting(id, say.name()),
  alarms: v.optional(setting(v.array(filled), say.alarms()), []),
  devices: v.optional(setting(v.array(id), say.devices()), []),
  forMs: v.optional(setting(duration(0, 86_400_000), say.longest()), '10m'),
};

export interface CommonOutputSettings {
  readonly name: string;
  /** By name; empty: any that a threshold raises. */
  readonly alarms: readonly string[];
  /** Of these devices; empty: of any. */
  readonly devices: readonly string[];
  /** The longest that it is on for alarms that stand; 0: for as long as they do. */
  readonly forMs: number;
}

/** An alarm that stands. */
export interface Standing {
  readonly device: string;
  /** The name of the device's place, else its id. */
  readonly place: string;
  readonly alarm: string;
}

/** What the city wants to be shown (the order `display`). */
export interface Shown {
  readonly text: string;
}

/** What an output is to do. "test": somebody stands beside it and looks. */
export type Order = { readonly on: false } | { readonly on: true; readonly why: Standing | Shown | 'test' };

export interface OutputSurroundings {
  readonly clock: Clock;
  readonly connect: ConnectMqtt;
  readonly gateway: string;
  /** The line that it has for itself; undefined if its type has none. */
  readonly port: StreamPort | undefined;
}

export interface Output {
  /** Resolves once it has done so, as far as it can tell; rejects with a TextError if not. One order at a time. */
  set(order: Order, signal: AbortSignal): Promise<void>;
  /** Keeps what it has open until the signal aborts. Never rejects. */
  run?(signal: AbortSignal): Promise<void>;
}

export interface OutputType<S extends v.GenericSchema = v.GenericSchema> {
  readonly name: string;
  readonly settings: S;
  /** Whether it writes to a port of its own (its setting `port`). */
  readonly hasPort: boolean;
  /** It shows texts, also those that are no alarm. */
  readonly shows?: true;
  check?(settings: v.InferOutput<S>, path: Path): Fault[];
  open(settings: v.InferOutput<S>, surroundings: OutputSurroundings): Output;
}

export interface OutputConfig extends CommonOutputSettings {
  readonly outputType: OutputType;
  readonly settings: unknown;
  /** The port that it has for itself. */
  readonly port: string | undefined;
}

/** A text with what the alarm is about in place of `{place}`, `{device}` and `{alarm}`; or what is to be shown without an alarm. */
export function filledIn(text: string, { why }: Extract<Order, { on: true }>): string {
  if (typeof why === 'object' && 'text' in why) return why.text;
  const { place, device, alarm } = why === 'test' ? { place: 'TEST', device: 'TEST', alarm: 'TEST' } : why;
  return text.replaceAll('{place}', place).replaceAll('{device}', device).replaceAll('{alarm}', alarm);
}
