/**
 * The volunteers' detection app without a face: listens for tags of a city's operators, seals what it hears to them, and sends it.
 *
 * Promises. Nothing is scanned before `agree`. While it is on, one upload of one size is made in each `everyMs`, whatever was heard, written to
 * the store, and sent until the hub has receipted it. Nothing that a volunteer can see (the state, the store, what is sent) depends on
 * whether a tag was heard. `withdraw` erases everything, and nothing is done until `agree` is called again. There is no list of tags
 * anywhere: only the operators can tell which tag it was, and where.
 *
 *   scanner ──▶ listening.ts: slots, patterns ──▶ sightings.ts ──┐ every `everyMs`
 *   locate  ──▶ place of the slot ────────────────────────────────┴▶ make-upload.ts ──▶ outbox.ts ──▶ hub
 *   hub     ──▶ kept-list.ts: operators, signed
 */
import type { Clock } from '../../../shared/clock.ts';
import { fromBase64url } from '../../../shared/enrolment/base64url.ts';
import { fraction, realChance } from './chance.ts';
import { KeptList } from './kept-list.ts';
import { Listening } from './listening.ts';
import { makeUpload } from './make-upload.ts';
import { OrderedStore } from './ordered-store.ts';
import { Outbox } from './outbox.ts';
import { Sightings } from './sightings.ts';
import { Slots } from './slots.ts';
import type { Consent, DetectorState } from './state.ts';
import type { Chance, Hub, Locate, ScanFault, Scanner, Store } from './surroundings.ts';
import { systemClock } from './system-clock.ts';

export interface DetectorOptions {
  readonly scanner: Scanner;
  readonly locate: Locate;
  readonly store: Store;
  readonly send: Hub;
  /** The city's Ed25519 key, base64url of 32 bytes: the only one whose operators' list is believed. */
  readonly listKey: string;
  /** Which words of consent the app shows. Consent to other words is none. */
  readonly words?: string;
  readonly clock?: Clock;
  readonly chance?: Chance;
  /** An upload is made in each span of so many ms. */
  readonly everyMs?: number;
  /** It listens for `scanMs` of every `cycleMs`. Keep to one rhythm in a city: another one is known by its times. */
  readonly scanMs?: number;
  readonly cycleMs?: number;
}

export interface Detector {
  readonly state: DetectorState;
  /** Calls `listener` after each change, until what it returns is called. */
  onChange(listener: (state: DetectorState) => void): () => void;
  /** Reads what an earlier run kept. `start` and `agree` do it too. */
  open(): Promise<void>;
  /** Fetches the operators' list, to show it before consent is asked for. */
  refresh(): Promise<void>;
  /** Records the volunteer's consent. */
  agree(): Promise<void>;
  /** Switches it on. Resolves once the first slot has begun; rejects if consent has not been recorded. Where a scan needs a touch: call it in one. */
  start(): Promise<void>;
  /** Switches it off, after one last upload. */
  stop(): Promise<void>;
  /** Switches it off and erases everything. */
  withdraw(): Promise<void>;
  /** The network is back: what waits is sent now. */
  online(): void;
}

/** The store's key of the consent. */
const CONSENT = 'consent';
const maxRetentionMs = 31 * 86_400_000;

export function createDetector(options: DetectorOptions): Detector {
  return new RunningDetector(options);
}

/** What of the surroundings the state tells. */
interface Seen extends Pick<DetectorState, 'isHubReached' | 'isPlaceKnown'> {
  readonly isResting: boolean;
  readonly fault: 'storage' | 'failed' | undefined;
  readonly scanFault: ScanFault | undefined;
}

class RunningDetector implements Detector {
  readonly #options: Required<Pick<DetectorOptions, 'everyMs' | 'words' | 'clock' | 'chance'>>;
  readonly #store: OrderedStore;
  readonly #list: KeptList;
  readonly #outbox: Outbox;
  readonly #listening: Listening;
  readonly #slots = new Slots();
  readonly #sightings = new Sightings();
  readonly #listeners = new Set<(state: DetectorState) => void>();
  #opened: Promise<void> | undefined;
  /** Ends with the consent. */
  #life = new AbortController();
  #run: AbortController | undefined;
  #tasks: Promise<void> = Promise.resolve();
  /** What a run still does after its end; the next one waits for it. */
  #ending: Promise<void> = Promise.resolve();
  /** Ends the last attempts of a run that is over. */
  #drain = new AbortController();
  #consent: Consent | undefined;
  #seen: Seen = {
    isResting: false,
    isHubReached: undefined,
    isPlaceKnown: undefined,
    fault: undefined,
    scanFault: undefined,
  };

  constructor(options: DetectorOptions) {
    const { scanner, locate, send: hub, words = '1' } = options;
    const { clock = systemClock, chance = realChance, everyMs = 120_000, scanMs = 10_000, cycleMs = 30_000 } = options;
    if (!(scanMs > 0 && scanMs <= cycleMs && cycleMs <= everyMs)) {
      throw new RangeError('scanMs must be at most cycleMs, and cycleMs at most everyMs');
    }
    const listKey = fromBase64url(options.listKey);
    if (listKey?.length !== 32) throw new RangeError("listKey must be the city's key: 32 bytes as base64url");
    this.#options = { everyMs, words, clock, chance };
    this.#store = new OrderedStore(options.store);
    const onReached = (isReached: boolean) => this.#changeTo({ isHubReached: isReached });
    const toHub = { store: this.#store, hub, clock, chance, onReached };
    this.#list = new KeptList({ ...toHub, listKey, onChange: () => this.#tell() });
    this.#outbox = new Outbox({ ...toHub, retentionMs: () => this.#retentionMs() });
    this.#listening = new Listening({
      ...{ scanner, locate, clock, chance, scanMs, cycleMs, slots: this.#slots, sightings: this.#sightings },
      list: (wall) => this.#list.current(wall),
      onRest: (isResting) => this.#changeTo({ isResting }),
      onScan: (scanFault) => this.#changeTo({ scanFault }),
      onPlace: (isPlaceKnown) => this.#changeTo({ isPlaceKnown }),
    });
  }

  get state(): DetectorState {
    const list = this.#list.newest;
    const isCurrent = this.#list.current(this.#options.clock.moment().wall) !== undefined;
    const without = this.#list.isForged ? 'forged' : list === undefined ? 'none' : 'over';
    return {
      consent: this.#consent,
      activity: this.#run === undefined ? 'off' : this.#seen.isResting ? 'resting' : 'on',
      list: isCurrent ? 'current' : without,
      operators: list?.operators ?? [],
      isHubReached: this.#seen.isHubReached,
      isPlaceKnown: this.#seen.isPlaceKnown,
      trouble: this.#seen.fault ?? this.#seen.scanFault,
    };
  }

  onChange(listener: (state: DetectorState) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  open(): Promise<void> {
    this.#opened ??= this.#open();
    return this.#opened;
  }

  async refresh(): Promise<void> {
    await this.open();
    const isTaken = await this.#list.refresh(this.#life.signal);
    if (isTaken && this.#consent !== undefined) await this.#list.keep(this.#life.signal);
  }

  async agree(): Promise<void> {
    await this.open();
    const consent = { at: this.#options.clock.moment().wall, words: this.#options.words };
    const { signal } = this.#life;
    await this.#store.put(CONSENT, new TextEncoder().encode(JSON.stringify(consent)), signal);
    if (signal.aborted) return; // withdrawn meanwhile
    this.#consent = consent;
    await this.#list.keep(signal);
    this.#tell();
  }

  async start(): Promise<void> {
    await this.open();
    await this.#ending;
    if (this.#consent === undefined) throw new Error('Consent has not been recorded: call agree() first');
    if (this.#run !== undefined) return;
    this.#drain.abort();
    const run = new AbortController();
    const { signal } = this.#life;
    this.#run = run;
    this.#changeTo({ fault: undefined, scanFault: undefined });
    if (this.#list.current(this.#options.clock.moment().wall) === undefined) await this.#list.refresh(run.signal);
    const tasks = [this.#list.run(run.signal, signal), this.#outbox.run(run.signal), this.#uploads(run.signal)];
    const begun = new Promise<void>((resolve) => {
      const listens = this.#listening.run(run.signal, resolve).then(() => this.#end(run));
      tasks.push(listens.finally(resolve));
    });
    this.#tasks = Promise.all(tasks).then(
      () => undefined,
      () => {
        this.#end(run);
        this.#changeTo({ fault: 'failed' });
      },
    );
    await begun;
  }

  async stop(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return;
    const life = this.#life.signal;
    this.#end(run);
    const drain = new AbortController();
    this.#drain = drain;
    this.#ending = this.#tasks.then(() => this.#upload(life)).then(() => this.#forget());
    await this.#ending;
    await this.#outbox.drain(AbortSignal.any([life, drain.signal]));
  }

  async withdraw(): Promise<void> {
    this.#life.abort();
    this.#life = new AbortController();
    if (this.#run !== undefined) this.#end(this.#run);
    this.#consent = undefined;
    this.#forget();
    this.#outbox.forget();
    this.#tell();
    const isEmpty = this.#store.clear();
    this.#ending = Promise.all([this.#ending, this.#tasks]).then(() => this.#forget());
    await isEmpty;
    await this.#ending;
  }

  online(): void {
    this.#outbox.retry();
  }

  async #open(): Promise<void> {
    this.#consent = readConsent(await this.#store.get(CONSENT), this.#options.words);
    if (this.#consent === undefined) await this.#store.clear();
    await this.#list.open();
    await this.#outbox.open();
    this.#tell();
  }

  /** An upload in each `everyMs`, at a moment drawn by chance: a beat would tell which are of one phone. */
  async #uploads(signal: AbortSignal): Promise<void> {
    const { clock, everyMs, chance } = this.#options;
    const life = this.#life.signal;
    let span = clock.moment().monotonic;
    while (!signal.aborted) {
      await clock.sleep(span + fraction(chance) * everyMs - clock.moment().monotonic, signal);
      if (signal.aborted) return;
      await this.#upload(life);
      span += everyMs;
      while (span + everyMs <= clock.moment().monotonic) span += everyMs; // a phone that slept makes up for none
    }
  }

  async #upload(life: AbortSignal): Promise<void> {
    const { clock, chance } = this.#options;
    const operators = this.#list.current(clock.moment().wall)?.operators ?? [];
    const heard = { sightings: this.#sightings, slots: this.#slots };
    const upload = await makeUpload(operators, heard, chance);
    if (upload === undefined || life.aborted) return;
    try {
      await this.#outbox.add(upload, life);
      if (this.#seen.fault === 'storage') this.#changeTo({ fault: undefined });
    } catch {
      this.#changeTo({ fault: 'storage' });
    }
  }

  /** The shortest of all operators, since an upload holds sightings to any of them. */
  #retentionMs(): number {
    return Math.min(maxRetentionMs, ...(this.#list.newest?.operators ?? []).map(({ retentionMs }) => retentionMs));
  }

  #end(run: AbortController): void {
    run.abort();
    if (this.#run === run) this.#run = undefined;
    this.#tell();
  }

  #forget(): void {
    this.#sightings.forget();
    this.#slots.forget();
  }

  #changeTo(change: Partial<Seen>): void {
    this.#seen = { ...this.#seen, ...change };
    this.#tell();
  }

  #tell(): void {
    const { state } = this;
    for (const listener of this.#listeners) listener(state);
  }
}

function readConsent(bytes: Uint8Array | undefined, words: string): Consent | undefined {
  if (bytes === undefined) return undefined;
  try {
    const consent = JSON.parse(new TextDecoder().decode(bytes)) as Partial<Consent> | null; // checked in the next line
    return consent?.words === words && typeof consent.at === 'number' ? { at: consent.at, words } : undefined;
  } catch {
    return undefined; // damaged: consent is asked for again
  }
}
