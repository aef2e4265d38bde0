/**
 * Whether an expectation came true: each check sees every stored reading once, and then says what it found.
 *
 *   city OS ──every reading──▶ checks ──▶ outcomes ──▶ verdict
 */
import type { Text } from '../../../shared/text.ts';

/** A reading as it arrived at a city OS. */
export interface Arrived {
  readonly device: string;
  readonly kind: string;
  /** Epoch ms. */
  readonly observedAt: number;
  readonly receivedAt: number;
  readonly values: Readonly<Record<string, unknown>>;
  readonly quality?: string | undefined;
}

/** What the rig knows of itself. */
export interface Evidence {
  /** Every device, and what a perfect gateway stores of it, by kind. */
  readonly sent: ReadonlyMap<string, ReadonlyMap<string, number>>;
  /** Readings of a device that were sent whole in these seconds of the rig. */
  sentBetween(device: string, fromS: number, toS: number): number;
  /** When a condition first held, in seconds of the rig; undefined: never. */
  heldAt(when: string): number | undefined;
  /** When a device last fell silent, by the timeline or by hand; undefined: never. */
  silentAt(device: string): number | undefined;
  /** What a quantity was. */
  sensedAt(device: string, quantity: string, seconds: number): number | undefined;
  /** Batches that neither came nor were given up, over all cities. */
  readonly missing: number;
  /** Readings that the city OS has refused, by device: they are not lost. */
  readonly refused: ReadonlyMap<string, number>;
  /** Readings that are as another of the same device, kind and moment: two equal frames that a busy gateway reads at once are such. */
  readonly alike: number;
  /** Seconds of the rig at an epoch ms of the gateway's or the city's clock. */
  secondsOf(epochMs: number): number;
}

export interface Outcome {
  readonly ok: boolean;
  readonly expected: Text;
  readonly measured: Text;
  /** Where to look, if it did not come true. */
  readonly hint?: Text | undefined;
}

export interface Check {
  take?(reading: Arrived, evidence: Evidence): void;
  end(evidence: Evidence): Outcome | Promise<Outcome>;
}

/** Whether it is of a kind that its device sends: a gateway adds alarms of its own. */
export function isSent({ device, kind }: Arrived, { sent }: Evidence): boolean {
  return sent.get(device)?.has(kind) === true;
}

/** Whether a reading was observed within an expectation's window. */
export function isWithin(
  { fromMs, toMs }: { readonly fromMs?: number | undefined; readonly toMs?: number | undefined },
  seconds: number,
): boolean {
  return seconds * 1000 >= (fromMs ?? Number.NEGATIVE_INFINITY) && seconds * 1000 < (toMs ?? Number.POSITIVE_INFINITY);
}
