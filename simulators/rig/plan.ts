/** A rig as its file has it, parsed: what there is, what happens, and what is expected. */
import type { Comparison } from './condition.ts';
import type { RigKind } from './kind.ts';
import type { SenseSettings } from './senses.ts';
import type {
  CitySettings,
  ExpectSettings,
  GatewaySettings,
  LorawanSettings,
  RigSettings,
  WireSettings,
} from './settings.ts';

export interface RigPlan {
  readonly rig: RigSettings;
  /** In the order of the file; those of devices without a wire come last. */
  readonly wires: readonly WirePlan[];
  /** Those that the file does not have: of devices that name none, or one that is not in it. */
  readonly ownWires: readonly string[];
  readonly devices: readonly DevicePlan[];
  readonly lorawan: readonly LorawanSettings[];
  readonly cities: readonly CitySettings[];
  /** Undefined: what is at the other end of the wires is none of the rig's. */
  readonly gateway: GatewaySettings | undefined;
  readonly timeline: readonly TimelineEntry[];
  readonly expectations: readonly ExpectSettings[];
  /** Whole path of a file that the rig's file names. */
  path(file: string): string;
}

export type WirePlan = WireSettings;

/** That of a device that names none. */
export function ownWire(name: string, type: RigSettings['wires']): WirePlan {
  return type === 'pty' ? { name, type } : { name, type, port: 0 };
}

export interface DevicePlan {
  readonly id: string;
  readonly kind: RigKind;
  /** Parsed by its kind. */
  readonly settings: unknown;
  readonly quantities: Readonly<Record<string, SenseSettings>>;
  readonly wire: string;
  readonly place?: { readonly lat: number; readonly lon: number; readonly name?: string | undefined } | undefined;
  /** More of its settings at a gateway, as the file has them. */
  readonly gateway: Readonly<Record<string, unknown>>;
}

export interface TimelineEntry {
  readonly start: ({ readonly atMs: number } | { readonly when: readonly Comparison[] }) & {
    readonly everyMs: number | undefined;
  };
  /** It ends after so long; undefined: it stays. */
  readonly forMs: number | undefined;
  readonly action: Action;
}

export type GatewayAction = 'kill' | 'stop' | 'start' | 'restart';

export type Action =
  | {
      readonly kind: 'fault';
      readonly on: string;
      readonly fault: string;
      readonly settings: Readonly<Record<string, number>>;
    }
  | {
      readonly kind: 'set';
      readonly values: readonly { readonly device: string; readonly quantity: string; readonly value: number }[];
    }
  | { readonly kind: 'gateway'; readonly action: GatewayAction };
