/**
 * Where late readings were held up, from what the gateway tells its watcher each second: how many batches it has sealed, for how long the
 * oldest reading has waited for its commit, and whether the city OS is connected. All moments are this process's epoch ms, which the gateway
 * shares. Bound: looks and stalls of the last `keptMs`.
 */

/** How the gateway was, as its console told it. */
export interface Look {
  readonly at: number;
  /** Batches of this epoch so far. */
  readonly sealed: number;
  readonly pendingMs: number;
  readonly isConnected: boolean;
  /** Batches that went again, so far. */
  readonly resent: number;
}

export interface Arrival {
  readonly device: string;
  readonly observedAt: number;
  readonly receivedAt: number;
  /** Of its batch. */
  readonly number: number;
}

/**
 *   measuring   this process, which holds the devices and the city OS, stood
 *   stood       the gateway told nothing for a while before the batch was sealed: it had no processor, or waited for the disk
 *   commit      the reading waited for its commit beyond the batch's age
 *   seal        it was committed, and its batch was sealed late
 *   connection  its batch was sealed in time, while no city OS was connected
 *   again       it was sent again, since no receipt came
 *   way         none of these: it was sent late, or was long on its way
 */
export const STAGES = ['measuring', 'stood', 'commit', 'seal', 'connection', 'again', 'way'] as const;
export type Stage = (typeof STAGES)[number];

/** ms; what happened while the reading was at the gateway. */
export interface HeldUp {
  readonly stage: Stage;
  /** From its observation to the look that tells of its batch; undefined if none did. */
  readonly toSealMs: number | undefined;
  readonly onWayMs: number | undefined;
  readonly longestPendingMs: number;
  readonly longestSilenceMs: number;
  readonly longestStallMs: number;
}

const keptMs = 180_000;
/** Looks come each second. */
const silentAfterMs = 3_000;
/** Of one second for which this process did not run, another may be the gateway's. */
const stalledAfterMs = 1_000;

export class Lateness {
  readonly #looks: Look[] = [];
  readonly #stalls: { readonly at: number; readonly ms: number }[] = [];
  readonly #inTimeMs: number;

  /** `inTimeMs`: the batch's age, and what is not late beyond it. */
  constructor(inTimeMs: number) {
    this.#inTimeMs = inTimeMs;
  }

  look(look: Look): void {
    const last = this.#looks.at(-1);
    if (last !== undefined && look.sealed < last.sealed) this.#looks.length = 0; // another epoch
    this.#looks.push(look);
    while ((this.#looks[0]?.at ?? look.at) < look.at - keptMs) this.#looks.shift();
  }

  /** This process did not run for so long, until `at`. */
  stalled(at: number, ms: number): void {
    this.#stalls.push({ at, ms });
    while ((this.#stalls[0]?.at ?? at) < at - keptMs) this.#stalls.shift();
  }

  isLate({ observedAt, receivedAt }: Arrival): boolean {
    return receivedAt - observedAt > this.#inTimeMs;
  }

  /** Of a late reading. */
  heldUp({ observedAt, receivedAt, number }: Arrival): HeldUp {
    const sealedAt = this.#looks.find(({ sealed }) => sealed >= number)?.at;
    const during = this.#looks.filter(({ at }) => at >= observedAt && at <= receivedAt);
    const waiting = during.filter(({ at }) => at <= (sealedAt ?? receivedAt));
    const stalls = this.#stalls.filter(({ at, ms }) => at >= observedAt && at - ms <= receivedAt);
    const told = {
      toSealMs: sealedAt && sealedAt - observedAt,
      onWayMs: sealedAt && Math.max(0, receivedAt - sealedAt),
      longestPendingMs: Math.max(0, ...waiting.map(({ pendingMs }) => pendingMs)),
      longestSilenceMs: this.#silence(observedAt, Math.max(sealedAt ?? receivedAt, receivedAt)),
      longestStallMs: Math.max(0, ...stalls.map(({ ms }) => ms)),
    };
    return { stage: this.#stageOf(told, during), ...told };
  }

  #stageOf(
    { toSealMs = Number.POSITIVE_INFINITY, longestStallMs, longestSilenceMs, longestPendingMs }: Omit<HeldUp, 'stage'>,
    during: readonly Look[],
  ): Stage {
    if (longestStallMs >= stalledAfterMs) return 'measuring';
    if (toSealMs > this.#inTimeMs + 1_000) {
      if (longestSilenceMs >= silentAfterMs) return 'stood';
      return longestPendingMs > this.#inTimeMs ? 'commit' : 'seal';
    }
    if (during.some(({ isConnected }) => !isConnected)) return 'connection';
    if ((during.at(-1)?.resent ?? 0) > (during[0]?.resent ?? 0)) return 'again';
    return longestSilenceMs >= silentAfterMs ? 'stood' : 'way';
  }

  /** The longest time without a look that reaches into this one. */
  #silence(from: number, to: number): number {
    let longest = 0;
    let before: number | undefined;
    for (const { at } of this.#looks) {
      if (before !== undefined && at >= from && before <= to) longest = Math.max(longest, at - before);
      before = at;
    }
    return before !== undefined && before < to ? Math.max(longest, to - before) : longest;
  }
}

/** How many late readings were held up where: "stood 3, way 1"; empty if none was late. */
export function stagesText(stages: Readonly<Record<Stage, number>>): string {
  return STAGES.flatMap((stage) => (stages[stage] > 0 ? [`${stage} ${stages[stage]}`] : [])).join(', ');
}

export function noStages(): Record<Stage, number> {
  return { measuring: 0, stood: 0, commit: 0, seal: 0, connection: 0, again: 0, way: 0 };
}
