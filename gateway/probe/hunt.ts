/**
 * Finds out what is on a line: listens at every speed, then asks what says nothing by itself.
 *
 *   sweep of all speeds ──something spoke──▶ sweep on, with more patience, until it is recognised or the time is over
 *           └────────────silence───────────▶ ask at every speed, without and with even parity ──▶ sweep again
 *
 * Promise: ends within `budgetMs`; names only what `recognise` or an answer proves; writes nothing but reads, and nothing at all on a
 * line that speaks by itself. Bounds: a recording for each setting (`recording.ts`), one open line at a time, and the units to ask.
 */
import type { Place } from '../../devices/device-type.ts';
import type { Framing } from '../../devices/modbus/adu.ts';
import type { Candidate } from '../../devices/recognition/recognise.ts';
import { Recording } from '../../devices/recognition/recording.ts';
import type { Clock } from '../../shared/clock.ts';
import { MachimoriError } from '../../shared/errors.ts';
import { askTypes } from './ask.ts';
import { describedUnits, type FoundUnit, unitsThatAnswer } from './ask-units.ts';
import type { Exchange } from './exchange.ts';
import {
  BAUD_RATES,
  type LineSetting,
  lostBecause,
  type OpenAt,
  type OpenLine,
  plainSetting,
  settingName,
} from './line.ts';
import { listened, type Told } from './listen.ts';
import { say } from './words.ts';

const silentMs = 1_250;
/** Once something was heard, it is worth waiting for at the other speeds. */
const longSilentMs = 3_250;
/** So many times more bytes than at any other speed are far more. */
const richTimes = 3;
/** If there is but one speed to try. */
const onlySilentMs = 5_000;
/** As many, on all of the line, may come from plugging and opening it; more are a device that speaks. */
const maxStrayBytes = 3;
/** Asked at each setting before the next one is tried. */
const unitsAtOnce = 3;
/** For what it takes to describe the units that were found. */
const describingMs = 3_000;

export interface HuntOptions {
  readonly openAt: OpenAt;
  /** As it is written where it cannot be opened: "/dev/ttyUSB0". */
  readonly path: string;
  /** The speeds to try; one if it is known, and one, of no meaning, for TCP. */
  readonly bauds?: readonly number[];
  readonly transport: Place['transport'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly budgetMs: number;
  /** Modbus units to ask, in order. */
  readonly units: readonly number[];
  readonly mayAsk: boolean;
  report?(progress: Progress): void;
}

export interface Progress {
  readonly does: 'listens' | 'asks';
  readonly setting: LineSetting;
  /** That came by now. */
  readonly bytes: number;
}

/** What came at a setting. */
export interface HeardAt {
  readonly setting: LineSetting;
  readonly bytes: number;
  readonly sample: Uint8Array;
}

export interface Outcome {
  /** Where it was recognised. */
  readonly setting?: LineSetting;
  /** The best first; none if it is unknown. */
  readonly candidates: readonly Candidate[];
  /** The units of a Modbus bus, and its framing. */
  readonly units?: readonly FoundUnit[];
  readonly framing?: Framing;
  /** What was heard at the setting or, of something unknown, at each. Empty of what may hold addresses. */
  readonly heard: readonly HeardAt[];
  readonly isPersonal: boolean;
  readonly asksAreOver: boolean;
  /** The last unit that was asked at every setting; undefined if none was. */
  readonly lastUnit?: number | undefined;
}

/** Throws a MachimoriError: "line-lost", and what `openAt` rejects with. */
export function hunt(options: HuntOptions): Promise<Outcome> {
  return new Hunt(options).run();
}

interface Known {
  readonly recording: Recording;
  told?: Told;
  /** It was listened to for longer, since most came there: once is enough, as damaged characters may be the more. */
  wasRichest?: boolean;
}

class Hunt {
  readonly #options: HuntOptions;
  readonly #endsAt: number;
  readonly #bySetting = new Map<string, Known>();
  #isPersonal = false;
  /** Why it could not be opened, the first time. */
  #fault: MachimoriError | undefined;
  #asksAreOver = false;
  #lastUnit: number | undefined;

  constructor(options: HuntOptions) {
    this.#options = options;
    this.#endsAt = options.clock.moment().monotonic + options.budgetMs;
  }

  async run(): Promise<Outcome> {
    const first = await this.#sweep();
    if (first !== undefined) return first;
    if (this.#options.mayAsk && this.#isSilent) {
      const asked = await this.#ask();
      if (asked !== undefined) return asked;
    }
    while (!this.#isOver) {
      const told = await this.#sweep();
      if (told !== undefined) return told;
    }
    return this.#unknown();
  }

  get #isOver(): boolean {
    return this.#options.signal.aborted || this.#options.clock.moment().monotonic >= this.#endsAt;
  }

  get #settings(): readonly LineSetting[] {
    return (this.#options.bauds ?? BAUD_RATES).map(plainSetting);
  }

  get #promisingFirst(): readonly LineSetting[] {
    const telling = (setting: LineSetting) => this.#knownAt(setting).told?.recognition.telling ?? 0;
    return this.#settings.toSorted((a, b) => Number(telling(b) > 0) - Number(telling(a) > 0));
  }

  get #isSilent(): boolean {
    const heard = [...this.#bySetting.values()].reduce((sum, { recording }) => sum + recording.heardBytes, 0);
    return heard <= maxStrayBytes;
  }

  /** Listens at each speed. What nothing but a structure speaks for waits for the end of the sweep. */
  async #sweep(): Promise<Outcome | undefined> {
    let provisional: Told | undefined;
    let opened = 0;
    for (const setting of this.#promisingFirst) {
      if (this.#isOver) break;
      if (provisional !== undefined && this.#knownAt(setting).recording.heardBytes > 0) continue; // what came there told nothing
      const told = await this.#listen(setting, provisional === undefined);
      if (told === undefined) continue;
      opened++;
      const [best] = told.recognition.candidates;
      if (best?.isFinal) return this.#recognised(told);
      provisional ??= best && told;
    }
    if (opened === 0 && this.#fault !== undefined) throw this.#fault;
    return provisional && this.#recognised(provisional);
  }

  /** `isPatient`: nothing else is in sight. Undefined if the line does not know the speed. */
  async #listen(setting: LineSetting, isPatient: boolean): Promise<Told | undefined> {
    const known = this.#knownAt(setting);
    const { transport, clock, signal } = this.#options;
    const longMs = this.#settings.length === 1 ? onlySilentMs : this.#isSilent ? silentMs : longSilentMs;
    const endsAt = isPatient ? this.#endsAt : Math.min(this.#endsAt, clock.moment().monotonic + silentMs);
    const told = await this.#opened(setting, (line) =>
      listened(line, {
        setting,
        recording: known.recording,
        transport,
        clock,
        signal,
        endsAt,
        silentMs: isPatient ? longMs : silentMs,
        isRichest: () => !known.wasRichest && this.#isRichest(known.recording),
      }),
    );
    if (told === undefined) return undefined;
    known.wasRichest ||= this.#isRichest(known.recording);
    known.told = told;
    this.#isPersonal ||= told.recognition.isPersonal;
    this.#options.report?.({ does: 'listens', setting, bytes: known.recording.heardBytes });
    return told;
  }

  #isRichest(own: Recording): boolean {
    const looked = [...this.#bySetting.values()].filter(({ told }) => told !== undefined);
    const most = Math.max(0, ...looked.map(({ recording }) => (recording === own ? 0 : recording.heardBytes)));
    const areAllLooked = looked.length >= this.#settings.length;
    return areAllLooked && own.heardBytes > Math.max(maxStrayBytes, richTimes * most);
  }

  #knownAt(setting: LineSetting): Known {
    const name = settingName(setting);
    const known = this.#bySetting.get(name) ?? { recording: new Recording() };
    this.#bySetting.set(name, known);
    return known;
  }

  /**
   * Lets `use` have the open line. Undefined if it cannot be opened so, as an adapter may lack a speed. Throws "line-lost" if it went away
   * meanwhile, and "line-held" if somebody else has it.
   */
  async #opened<T>(setting: LineSetting, use: (line: OpenLine) => Promise<T>): Promise<T | undefined> {
    const line = await this.#options.openAt(setting).catch((fault) => {
      if (!(fault instanceof MachimoriError) || fault.code === 'line-held') throw fault;
      this.#fault ??= fault;
      return undefined;
    });
    if (line === undefined) return undefined;
    try {
      const result = await use(line);
      const why = lostBecause(line);
      if (why === undefined) return result;
      throw new MachimoriError('line-lost', {
        what: say.lineLost({ why }),
        on: this.#options.path,
        hint: say.plugAndAgain(),
      });
    } finally {
      await line.close();
    }
  }

  /**
   * Asks at each setting; the next units only once all settings had their turn. What has no text to wait for goes before all else: text at
   * a wrong speed may put such a device out of step (H4 marks no start of a packet).
   */
  async #ask(): Promise<Outcome | undefined> {
    const { units } = this.#options;
    for (const setting of this.#settings) {
      const asked = this.#isOver
        ? undefined
        : await this.#askAt(setting, (exchange) => this.#askTypes(exchange, 'without'));
      if (asked !== undefined) return asked;
    }
    for (let from = 0; from === 0 || from < units.length; from += unitsAtOnce) {
      for (const setting of this.#settingsToAsk) {
        if (this.#isOver) return undefined;
        const next = units.slice(from, from + unitsAtOnce);
        const asked = await this.#askAt(setting, async (exchange) => {
          const isFirst = from === 0 && setting.parity === 'none';
          const answered = isFirst ? await this.#askTypes(exchange, 'with a knock') : undefined;
          return answered ?? this.#askUnits(exchange, next);
        });
        if (asked !== undefined) return asked;
      }
      this.#lastUnit = units.slice(from, from + unitsAtOnce).at(-1);
    }
    this.#asksAreOver = true;
    return undefined;
  }

  /** Modbus has even parity unless somebody changed it (MODBUS over Serial Line V1.02 §2.5.1). */
  get #settingsToAsk(): readonly LineSetting[] {
    if (this.#options.transport === 'tcp') return this.#settings;
    return this.#settings.flatMap((setting) => [setting, { ...setting, parity: 'even' } as const]);
  }

  async #askAt<T>(setting: LineSetting, use: (exchange: Exchange) => Promise<T>): Promise<T | undefined> {
    const { clock, signal, report } = this.#options;
    report?.({ does: 'asks', setting, bytes: this.#knownAt(setting).recording.heardBytes });
    return this.#opened(setting, (line) => use({ line, setting, clock, signal, endsAt: this.#endsAt }));
  }

  async #askTypes(exchange: Exchange, which: Parameters<typeof askTypes>[1]): Promise<Outcome | undefined> {
    const answered = await askTypes(exchange, which);
    if (answered === undefined) return undefined;
    this.#isPersonal ||= answered.isPersonal;
    return this.#answered(exchange.setting, [answered.candidate], answered.came);
  }

  async #askUnits(exchange: Exchange, units: readonly number[]): Promise<Outcome | undefined> {
    for (const framing of this.#options.transport === 'tcp' ? (['tcp', 'rtu'] as const) : (['rtu'] as const)) {
      const found = await this.#askFramed(exchange, units, framing);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** If one of these units answers, all others are asked as well. */
  async #askFramed(exchange: Exchange, units: readonly number[], framing: Framing): Promise<Outcome | undefined> {
    const first = await unitsThatAnswer(units, framing, exchange, {
      endsAt: this.#endsAt,
      asked: () => {},
      isEnough: (found) => found > 0,
    });
    if (first.size === 0) return undefined;
    let last = 0;
    const rest = this.#options.units.filter((unit) => !first.has(unit));
    const others = await unitsThatAnswer(rest, framing, exchange, {
      endsAt: this.#endsAt - describingMs,
      asked: (unit) => {
        last = unit;
      },
      isEnough: () => false,
    });
    this.#lastUnit = last === 0 ? [...first.keys()].at(-1) : last;
    this.#asksAreOver = last === (rest.at(-1) ?? 0);
    const found = new Map([...first, ...others].toSorted(([a], [b]) => a - b));
    const described = await describedUnits(found, framing, exchange, this.#endsAt);
    const devices = described.map(({ unit, fits }) => ({
      unit,
      ...(fits[0] !== undefined && { profile: fits[0].profile }),
      ...(framing === 'rtu' && this.#options.transport === 'tcp' && { framing }),
    }));
    const candidate: Candidate = {
      type: 'modbus',
      confidence: 'certain',
      isFinal: true,
      isAnswer: true,
      devices,
      remark: described.some(({ fits }) => fits.length === 0) ? say.nameRegisters() : say.compareProfile(),
      telling: found.size,
      frames: found.size,
      rubbish: new Map(),
      readings: described.flatMap(({ fits }) => fits.map(({ reading }) => reading)),
      units: Object.assign({}, ...described.flatMap(({ fits }) => fits.map(({ units }) => units))),
    };
    const [came = new Uint8Array(0)] = found.values();
    return { ...this.#answered(exchange.setting, [candidate], came), units: described, framing };
  }

  #answered(setting: LineSetting, candidates: readonly Candidate[], came: Uint8Array): Outcome {
    const heard = this.#isPersonal ? [] : [{ setting, bytes: came.length, sample: came }];
    return this.#outcome({ setting, candidates, heard });
  }

  #recognised({ setting, pieces, recognition: { candidates } }: Told): Outcome {
    return this.#outcome({ setting, candidates, heard: this.#isPersonal ? [] : [heardAt(setting, pieces)] });
  }

  #unknown(): Outcome {
    const spoken = [...this.#bySetting.values()].filter(({ recording }) => recording.heardBytes > 0);
    const heard = spoken.flatMap(({ told }) => (told === undefined ? [] : [heardAt(told.setting, told.pieces)]));
    return this.#outcome({ candidates: [], heard: this.#isPersonal ? [] : heard });
  }

  #outcome(found: Pick<Outcome, 'setting' | 'candidates' | 'heard'>): Outcome {
    return {
      ...found,
      isPersonal: this.#isPersonal,
      asksAreOver: this.#asksAreOver,
      lastUnit: this.#lastUnit,
    };
  }
}

const maxSampleBytes = 64;

/** The newest bytes: the first may have been half over when listening began. */
function heardAt(setting: LineSetting, pieces: Told['pieces']): HeardAt {
  const bytes = pieces.reduce((sum, piece) => sum + piece.bytes.length, 0);
  const newest: number[] = [];
  for (const piece of pieces.toReversed()) {
    if (newest.length >= maxSampleBytes) break;
    newest.unshift(...piece.bytes.subarray(-maxSampleBytes));
  }
  return { setting, bytes, sample: Uint8Array.from(newest.slice(-maxSampleBytes)) };
}
