import type { Clock } from '../../shared/clock.ts';
import type { Text } from '../../shared/text.ts';
import type { ReadingBuffer } from '../buffer/buffer.ts';
import type { RememberedOrder } from '../commands/order-memory.ts';
import type { OrderCounts } from '../commands/orders.ts';
import type { Forwarder } from '../destinations/forwarder.ts';
import type { Known } from '../enrolment/all-known.ts';
import type { Sealing } from '../enrolment/sealing.ts';
import type { HubSight } from '../hub/overview.ts';
import type { Activity } from '../intake/activity.ts';
import type { DeviceTable } from '../intake/device-table.ts';
import type { Intake } from '../intake/intake.ts';
import type { Silence } from '../intake/silence.ts';
import type { Network } from '../lorawan/network.ts';
import type { Register } from '../lorawan/register.ts';
import type { ProcessUsage } from '../machine/process-usage.ts';
import type { OutputState } from '../outputs/switchboard.ts';
import type { Credentials } from './credentials.ts';

/** How the configuration stands that the gateway runs with; empty if nothing is to be said of it. */
export interface ConfigStanding {
  /** It is on trial until then, epoch ms. */
  readonly trialUntil?: number;
  /** The last change was taken back (epoch ms), and whether the file could be written. */
  readonly takenBack?: {
    readonly at: number;
    readonly why: 'not-reached' | 'not-started';
    readonly isInFile: boolean;
  };
}

/** How the console stands. */
export interface ConsoleStanding {
  /** Where it listens. */
  readonly address: string;
  /** SHA-256 of its certificate, "AB:CD:…"; absent without TLS. */
  readonly fingerprint?: string;
  /** Why it is not open. */
  readonly fault?: Text;
}

/** The stages that status reports on. */
export interface StatusSources {
  readonly gateway: string;
  readonly tenant: string;
  readonly version: string;
  readonly startedAt: number;
  /** What the process has used. */
  usage(): ProcessUsage;
  readonly clock: Clock & { readonly aheadOfGpsMs?: number | undefined };
  readonly credentials: Credentials;
  readonly activity: Activity;
  readonly intake: Intake;
  readonly devices: DeviceTable;
  readonly silence: Silence;
  readonly buffer: ReadingBuffer;
  readonly forwarders: readonly Forwarder[];
  /** Operators' tags; absent if the gateway is told of no operators. */
  readonly watchOver?: { readonly known: Known; readonly sealing: Sealing };
  /** Orders of the city's; absent if nobody may order anything. */
  readonly orders?: {
    readonly counts: OrderCounts;
    taken?(): readonly (readonly [id: string, order: RememberedOrder])[];
  };
  /** Other gateways, at a hub. */
  readonly hub: HubSight;
  /** Outputs on the spot, by name. */
  readonly outputs: { readonly states: ReadonlyMap<string, OutputState> };
  /** Absent if the gateway follows no file. */
  configStanding?(): ConfigStanding;
  /** Undefined if it is not enabled, or not begun yet. */
  consoleStanding?(): ConsoleStanding | undefined;
  readonly register: Register;
  readonly network: Network;
}
