/**
 * How a device's quantities went: from the archive if one is configured, with the newest from memory, else from memory alone.
 *
 * Promise: an archive that cannot be asked is said, and what memory has is told. Bounds: one question to the archive at a time,
 * `maxWaiting` wait for their turn; one beyond is refused as "busy".
 */
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { type HistoryAnswer, WITHOUT_HISTORY } from '../../shared/history-answer.ts';
import type { Text } from '../../shared/text.ts';
import type { Config } from '../config/settings.ts';
import type { LookUp } from '../destinations/archive/look-up.ts';
import type { ArchiveSettings } from '../destinations/archive/settings.ts';
import type { DestinationConfig } from '../destinations/destination.ts';
import { inBuckets, type Point, told } from './points.ts';
import { type ArchiveAnswer, readArchive } from './read-archive.ts';
import type { Recent } from './recent.ts';
import { say } from './words.ts';

const maxWaiting = 4;
/** Nothing is observed later than so long after now, by a clock that is right. */
const aheadMs = 86_400_000;

export interface HistoryQuestion {
  readonly device: string;
  readonly quantities: readonly string[];
  /** Epoch ms; `to` is not included. */
  readonly from: number;
  readonly to: number;
  readonly maxPoints: number;
}

export interface HistoryOptions {
  /** As of now: destinations change while the gateway runs. */
  config(): Config;
  readonly recent: Recent;
  /** When `recent` began, monotonic ms. */
  readonly since: number;
  readonly clock: Clock;
}

export class History {
  readonly #options: HistoryOptions;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  constructor(options: HistoryOptions) {
    this.#options = options;
  }

  /** Rejects with a MachimoriError "busy". */
  async ask(question: HistoryQuestion): Promise<HistoryAnswer> {
    const { from, to, maxPoints, quantities } = question;
    const bucketMs = Math.max(1, Math.ceil((to - from) / maxPoints));
    const archive = this.#archive();
    if (archive === undefined) return this.#fromMemory(question, bucketMs);
    let found: ArchiveAnswer;
    try {
      found = await this.#inTurn(() => this.#read(archive, question, bucketMs));
    } catch (fault) {
      if (fault instanceof MachimoriError && fault.code === 'busy') throw fault;
      return this.#fromMemory(question, bucketMs, textOf(fault));
    }
    const series = quantities.map((quantity) => {
      const archived = found.points.get(quantity) ?? [];
      const last = archived.reduce((latest, { at }) => Math.max(latest, at), from - 1);
      const newer = this.#recent(question, quantity, Math.max(from, last + 1));
      return [quantity, inBuckets([...archived, ...newer], bucketMs).map(told)] as const;
    });
    return {
      source: 'archive',
      bucketMs,
      series: Object.fromEntries(series),
      ...(found.isCut && { isCut: true }),
    };
  }

  #fromMemory(question: HistoryQuestion, bucketMs: number, fault?: Text): HistoryAnswer {
    const series = question.quantities.map(
      (quantity) => [quantity, inBuckets(this.#recent(question, quantity, question.from), bucketMs).map(told)] as const,
    );
    const { wall, monotonic } = this.#options.clock.moment();
    return {
      source: 'memory',
      since: wall - (monotonic - this.#options.since),
      bucketMs,
      series: Object.fromEntries(series),
      ...(fault !== undefined && { fault }),
    };
  }

  #recent({ device, to }: HistoryQuestion, quantity: string, from: number): Iterable<Point> {
    return this.#options.recent.points(device, quantity, from, to);
  }

  /** The first that takes what devices measure. */
  #archive(): DestinationConfig | undefined {
    return this.#options
      .config()
      .destinations.find(
        ({ destinationType, kinds }) =>
          destinationType.name === 'archive' &&
          (kinds.length === 0 || kinds.some((kind) => !WITHOUT_HISTORY.includes(kind))),
      );
  }

  async #read(
    { settings, tenant }: DestinationConfig,
    { device, quantities, from, to }: HistoryQuestion,
    bucketMs: number,
  ): Promise<ArchiveAnswer> {
    const { gateway } = this.#options.config();
    const lookUp = await this.#open(settings as ArchiveSettings); // of the type "archive"
    try {
      const { clock } = this.#options;
      const { wall, synchronised } = clock.moment();
      const until = synchronised ? Math.min(to, Math.round(wall) + aheadMs) : to;
      const whose = { tenant: tenant ?? gateway.tenant, gateway: gateway.id };
      return await readArchive(lookUp, { ...whose, device, quantities, from, to: until, bucketMs }, clock);
    } finally {
      await lookUp.close();
    }
  }

  async #open(settings: ArchiveSettings): Promise<LookUp> {
    const { gateway } = this.#options.config();
    const { openLookUp } = await import('../destinations/archive/open-look-up.ts'); // most gateways have no archive
    const surroundings = { dataDirectory: gateway.dataDirectory, applicationName: `machimori history ${gateway.id}` };
    return openLookUp(settings, surroundings, new AbortController().signal);
  }

  async #inTurn<T>(work: () => Promise<T>): Promise<T> {
    if (this.#waiting >= maxWaiting) {
      throw new MachimoriError('busy', { what: say.busy(), on: say.theArchive(), hint: say.askAgain() });
    }
    this.#waiting++;
    const turn = this.#turn.then(work).finally(() => this.#waiting--);
    this.#turn = turn.catch(() => {}); // whoever asked is told
    return turn;
  }
}
