/** What a technician has entered so far. It is kept in the browser's tab, so that neither a phone that sleeps nor a page that is loaded again loses it. */
import type { CandidateFound, LineFound, ProbeFound, Table } from '../../../commission/answers.ts';

export const STEPS = ['line', 'listen', 'place', 'thresholds', 'write', 'live', 'test'] as const;
export type Step = (typeof STEPS)[number];

/** What is connected, as it will be written. */
export interface Chosen {
  readonly type: string;
  /** "9600 8N1". */
  readonly setting?: string;
  readonly isByHand: boolean;
  /** Its readings have the level of a river. */
  readonly hasLevel: boolean;
  /** A unit of a bus. */
  readonly unit?: number;
  readonly port: Table['settings'];
  /** One that must be written with it. */
  readonly profile?: Table['settings'];
  readonly device: Table['settings'];
}

export interface FirstReading {
  /** Epoch ms. */
  readonly at: number;
  readonly values: Readonly<Record<string, number | string | boolean>>;
}

export interface Draft {
  readonly step: Step;
  readonly line?: LineFound | undefined;
  /** Of the hunt that goes on, or was the last. */
  readonly probeId?: string | undefined;
  readonly found?: ProbeFound | undefined;
  readonly chosen?: Chosen | undefined;
  /** As it is typed, by the name of each setting that has no default. */
  readonly settings: Readonly<Record<string, string>>;
  readonly id: string;
  readonly placeName: string;
  readonly lat: string;
  readonly lon: string;
  readonly mountingHeight: string;
  readonly deviceSerial: string;
  readonly wiring: string;
  readonly notes: string;
  /** Of levels 1 to 4. */
  readonly levels: readonly [string, string, string, string];
  readonly clearBelow: string;
  /** The writing was begun: whether it was done may not have been heard. */
  readonly isBegun: boolean;
  readonly isWritten: boolean;
  /** The names of what was added: what is to be removed to take it back, the last first. */
  readonly added: readonly string[];
  /** When it was written, epoch ms. */
  readonly writtenAt?: number | undefined;
  readonly readings: readonly FirstReading[];
}

/** What each step is given. */
export interface StepOptions {
  readonly draft: Draft;
  change(entered: Partial<Draft>): void;
  /** To the step after this one. */
  next(entered?: Partial<Draft>): void;
}

export const EMPTY: Draft = {
  ...{ step: 'line', settings: {}, id: '', placeName: '', lat: '', lon: '', mountingHeight: '', deviceSerial: '' },
  ...{ wiring: '', notes: '', levels: ['', '', '', ''], clearBelow: '0.1', isBegun: false, isWritten: false },
  ...{ line: undefined, probeId: undefined, found: undefined, chosen: undefined, writtenAt: undefined },
  added: [],
  readings: [],
};

const KEY = 'commission';

/** `sessionStorage`, as far as it is needed. */
export interface Tab {
  getItem(key: string): string | null;
  setItem(key: string, value: string): void;
  removeItem(key: string): void;
}

/** An empty one if there is none, or none of this release. */
export function draftIn(tab: Tab): Draft {
  try {
    const kept = JSON.parse(tab.getItem(KEY) ?? '{}') as Partial<Draft>; // written by `keepDraft`
    return STEPS.some((step) => step === kept.step) ? { ...EMPTY, ...kept } : EMPTY;
  } catch {
    return EMPTY;
  }
}

/** A tab that has no room for it keeps the last one: it is only lost if the page is loaded again. */
export function keepDraft(tab: Tab, draft: Draft): void {
  try {
    tab.setItem(KEY, JSON.stringify(draft));
  } catch {
    tab.removeItem(KEY); // half a draft would be worse than none
  }
}

export function forgetDraft(tab: Tab): void {
  tab.removeItem(KEY);
}

/** Those of this device: only a river has warning levels. */
export function stepsOf({ chosen }: Pick<Draft, 'chosen'>): readonly Step[] {
  return STEPS.filter((step) => step !== 'thresholds' || chosen === undefined || chosen.hasLevel);
}

/** What a hunt has found, with one candidate, and of a bus one unit, chosen. Only the best comes with all its settings. */
export function chosenOf(found: ProbeFound, candidate: CandidateFound, unit?: number): Chosen {
  const [port] = found.tables.filter(({ table }) => table === 'port');
  const isBest = candidate === found.candidates[0];
  const device = isBest
    ? found.tables.find(({ table, settings }) => table === 'device' && (unit === undefined || settings.unit === unit))
    : undefined;
  const {
    id: _,
    port: __,
    ...settings
  } = device?.settings ?? { type: candidate.type, ...(unit !== undefined && { unit }) };
  const profile = found.tables.find(
    ({ table, settings: { name } }) => table === 'profile' && name === settings.profile,
  );
  return {
    ...{ type: candidate.type, isByHand: false, hasLevel: hasLevel(candidate, settings.profile) },
    ...{ port: port?.settings ?? {}, device: settings },
    ...(unit !== undefined && { unit }),
    ...(found.setting !== undefined && { setting: found.setting }),
    ...(profile !== undefined && { profile: profile.settings }),
  };
}

function hasLevel({ kinds, readings }: CandidateFound, profile: unknown): boolean {
  const isOnlyLevel = kinds.length === 1 && kinds[0] === 'water-level';
  return isOnlyLevel || (typeof profile === 'string' && readings.some(({ values }) => Object.hasOwn(values, 'level')));
}

/** A name that no device has yet: "gauge-01" for a water level. */
export function freeName({ type, hasLevel }: Pick<Chosen, 'type' | 'hasLevel'>, taken: readonly string[]): string {
  const stem = hasLevel ? 'gauge' : type;
  for (let i = 1; ; i++) {
    const name = `${stem}-${String(i).padStart(2, '0')}`;
    if (!taken.includes(name)) return name;
  }
}
