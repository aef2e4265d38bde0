/**
 * How a project's codecs have behaved: calls, failures, and for how long one that reached a limit of time or memory is not called.
 *
 * The first time it is suspended for `firstSuspensionMs`, then each time for twice as long, up to `maxSuspensionMs`. It is forgiven
 * one offence for every `callsToForgive` calls that went well. The offences are a project's own: another project's
 * data does not suspend this one's codec. Bound: `maxRecords`; the one not used for the longest time is forgotten.
 */
import type { Codec } from './codec.ts';
import type { CodecFault, CodecOutcome } from './outcome.ts';

const firstSuspensionMs = 1_000;
const maxSuspensionMs = 600_000;
const callsToForgive = 100;
const maxRecords = 1_000;

export interface CodecStats {
  readonly project: string;
  readonly codec: string;
  /** Calls that were asked for, whatever came of them. */
  readonly calls: number;
  readonly failures: Readonly<Partial<Record<CodecFault, number>>>;
  /** For how many more ms it is not called; absent where it is. */
  readonly suspendedForMs?: number;
  readonly lastFault?: { readonly code: CodecFault; readonly detail: string };
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

  /** Counts what came of a call. `now` is monotonic, in ms. */
  count(outcome: CodecOutcome, now: number): void {
    this.#calls++;
    if (!outcome.ok) {
      this.#failures[outcome.code] = (this.#failures[outcome.code] ?? 0) + 1;
      this.#lastFault = { code: outcome.code, detail: outcome.detail };
    }
    if (!outcome.ok && (outcome.code === 'too-slow' || outcome.code === 'too-much-memory')) this.#suspend(now);
    else if (outcome.ok && this.#offences > 0) this.#forgive();
  }

  /** ms; 0 where it may be called. */
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
  /** The one not used for the longest time first. */
  readonly #records = new Map<string, CodecRecord>();

  /** A codec whose source has changed since begins anew. */
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
