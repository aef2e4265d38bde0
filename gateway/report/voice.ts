/** Numbers, times and sentences in the language and time zone of a report. */
import type { Quality } from '../../shared/reading.ts';
import type { Language, Text } from '../../shared/text.ts';
import { say } from './words.ts';

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];
/** Stands for what cannot be said. */
export const DASH = '—';

export class Voice {
  readonly language: Language;
  readonly timeZone: string;
  readonly #number: Intl.NumberFormat;
  readonly #fine: Intl.NumberFormat;
  readonly #percent: Intl.NumberFormat;
  readonly #date: Intl.DateTimeFormat;
  readonly #month: Intl.DateTimeFormat;
  readonly #moment: Intl.DateTimeFormat;
  readonly #full: Intl.DateTimeFormat;
  readonly #table: Intl.DateTimeFormat;

  constructor(language: Language, timeZone: string) {
    this.language = language;
    this.timeZone = timeZone;
    const locale = language === 'ja' ? 'ja-JP' : 'en-GB'; // for day, month, year in this order in English
    const month = language === 'ja' ? 'long' : 'short';
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const;
    this.#number = new Intl.NumberFormat(locale);
    this.#fine = new Intl.NumberFormat(locale, { maximumSignificantDigits: 6 });
    this.#percent = new Intl.NumberFormat(locale, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
    this.#date = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month, day: 'numeric' });
    this.#month = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' });
    this.#moment = new Intl.DateTimeFormat(locale, { timeZone, month, day: 'numeric', ...clock });
    this.#full = new Intl.DateTimeFormat(locale, { timeZone, year: 'numeric', month, day: 'numeric', ...clock });
    this.#table = new Intl.DateTimeFormat('sv-SE', {
      ...{ timeZone, year: 'numeric', month: '2-digit', day: '2-digit' },
      ...{ hour: '2-digit', minute: '2-digit', second: '2-digit' },
    });
  }

  say(text: Text): string {
    return text[this.language];
  }

  /** With thousands separators. */
  count(number: number): string {
    return this.#number.format(number);
  }

  /** A measured value. */
  value(number: number | undefined): string {
    return number === undefined ? DASH : this.#fine.format(number);
  }

  /** Rounded down, so that 100 % means all. */
  percent(part: number | undefined): string {
    return part === undefined ? DASH : `${this.#percent.format(percentOf(part))}%`;
  }

  /** Of "2026-11-03". */
  date(day: string): string {
    return this.#date.format(Date.parse(day));
  }

  /** Of "2026-11". */
  month(month: string): string {
    return this.#month.format(Date.parse(`${month}-01`));
  }

  /** Month, day, hour and minute of epoch ms. */
  moment(at: number | undefined): string {
    return at === undefined ? DASH : this.#moment.format(at);
  }

  momentOfYear(at: number): string {
    return this.#full.format(at);
  }

  /** As spreadsheets read it: "2026-11-03 14:05:09". */
  cell(at: number | undefined): string {
    return at === undefined ? '' : this.#table.format(at);
  }

  /** Rounded down, with two units at most. */
  duration(ms: number | undefined): string {
    if (ms === undefined) return DASH;
    const [d, h] = [Math.floor(ms / DAY), Math.floor((ms % DAY) / HOUR)];
    const [m, s] = [Math.floor((ms % HOUR) / MINUTE), Math.floor((ms % MINUTE) / SECOND)];
    if (d > 0) return this.say(h > 0 ? say.daysHours({ d, h }) : say.days({ d }));
    if (h > 0) return this.say(m > 0 ? say.hoursMinutes({ h, m }) : say.hours({ h }));
    if (m > 0) return this.say(s > 0 ? say.minutesSeconds({ m, s }) : say.minutes({ m }));
    return this.say(say.seconds({ s }));
  }
}

/** Rounded down to a tenth. */
export function percentOf(part: number): number {
  return Math.floor(part * 1_000 + 1e-9) / 10;
}

const REASONS: Readonly<Record<string, Text>> = {
  quota: say.quota(),
  'disk-full': say.diskFull(),
  damaged: say.damaged(),
  operator: say.operator(),
  expired: say.expired(),
  erased: say.erased(),
  missing: say.notArrived(),
};

const DOUBTS: Readonly<Record<Quality, Text>> = {
  'clock-unsynchronised': say.clockUnsynchronised(),
  'out-of-range': say.outOfRange(),
  'changing-too-fast': say.changingTooFast(),
  'no-target': say.noTarget(),
  'not-a-number': say.notANumber(),
  'device-fault': say.deviceFault(),
  stale: say.stale(),
  uncertain: say.uncertain(),
  undecoded: say.undecoded(),
};

/** Why batches are missing. */
export function reasonIn(voice: Voice, reason: string): string {
  return nameIn(REASONS, voice, reason);
}

/** Why a value is doubtful. */
export function doubtIn(voice: Voice, quality: string): string {
  return nameIn(DOUBTS, voice, quality);
}

/** A word that is not known here, of a later release, is shown as it is. */
function nameIn(names: Readonly<Record<string, Text>>, voice: Voice, word: string): string {
  const known = Object.hasOwn(names, word) ? names[word] : undefined;
  return known === undefined ? word : voice.say(known);
}
