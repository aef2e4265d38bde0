/**
 * How a project's codecs have behaved: calls, failures, and suspensions after a limit of time or memory was reached.
 *
 * The first suspension lasts `firstSuspensionMs`, each further one twice as long, up to `maxSuspensionMs`. Every
 * `callsToForgive` good calls cancel one offence. Offences count per project: another project's data does not suspend this
 * one's codec. Bound: `maxRecords`; the least recently used is forgotten.
 */
import type { Text } from '../../shared/text.ts';
import type { Codec } from './codec.ts';
import type { CodecFault, CodecOutcome } from './outcome.ts';

const firstSuspensionMs = 1_000;
const maxSuspensionMs = 600_000;
const callsToForgive = 100;
const maxRecords = 1_000;

export interface CodecStats {
  readonly project: string;
  readonly codec: string;
  /** Calls requested, whatever the outcome. */
  readonly calls: number;
  readonly failures: Readonly<Partial<Record<CodecFault, number>>>;
  /** Remaining suspension; absent if it is not suspended. */
  readonly suspendedForMs?: number;
  readonly lastFault?: { readonly code: CodecFault; readonly detail: Text };
}

export class CodecRecord {
  readonly project: string;
  readonly codec: string;
  readonly source: string;
  #calls = 0;
  readonly #failures: Partial<Record<CodecFault, number>> = {};
  #lastFault: CodecStats['lastFault'];
  #offences = 0;
  #goodCalls = 0;
  #suspendedUntil = Number.NEGATIVE_INFINITY;

  constructor(project: string, { name, source }: Codec) {
    this.project = project;
    this.codec = name;
    this.source = source;
  }

  /** Counts the outcome of a call. `now` is monotonic, in ms. */
  count(outcome: CodecOutcome, now: number): void {
    this.#calls++;
    if (!outcome.ok) {
      this.#failures[outcome.code] = (this.#failures[outcome.code] ?? 0) + 1;
      this.#lastFault = { code: outcome.code, detail: outcome.detail };
    }
    if (!outcome.ok && (outcome.code === 'too-slow' || outcome.code === 'too-much-memory')) this.#suspend(now);
    else if (outcome.ok && this.#offences > 0) this.#forgive();
  }

  /** ms; 0 if it may be called. */
  suspendedForMs(now: number): number {
    return Math.max(0, this.#suspendedUntil - now);
  }

  stats(now: number): CodecStats {
    const suspendedForMs = this.suspendedForMs(now);
    return {
      project: this.project,
      codec: this.codec,
      calls: this.#calls,
      failures: { ...this.#failures },
      ...(suspendedForMs > 0 && { suspendedForMs }),
      ...(this.#lastFault !== undefined && { lastFault: this.#lastFault }),
    };
  }

  #suspend(now: number): void {
    this.#suspendedUntil = now + Math.min(firstSuspensionMs * 2 ** this.#offences, maxSuspensionMs);
    this.#offences++;
    this.#goodCalls = 0;
  }

  #forgive(): void {
    if (++this.#goodCalls < callsToForgive) return;
    this.#goodCalls = 0;
    this.#offences--;
  }
}

/** The records of all projects. */
export class CodecRecords {
  /** Least recently used first. */
  readonly #records = new Map<string, CodecRecord>();

  /** A codec whose source has changed starts with a clean record. */
  of(project: string, codec: Codec): CodecRecord {
    const key = JSON.stringify([project, codec.name]);
    const known = this.#records.get(key);
    const record = known?.source === codec.source ? known : new CodecRecord(project, codec);
    this.#records.delete(key);
    this.#records.set(key, record);
    const [oldest] = this.#records.keys();
    if (this.#records.size > maxRecords && oldest !== undefined) this.#records.delete(oldest);
    return record;
  }

  stats(now: number): readonly CodecStats[] {
    return [...this.#records.values()].map((record) => record.stats(now));
  }
}
