/**
 * Listens at one setting until it is clear what speaks, or that nothing will be.
 *
 * Silence ends it after `silentMs`; bytes of which nothing tells end it as soon as they have been looked at twice; while something
 * tells, it goes on for `patienceMs` after the last that did; where far more comes than at other speeds, it goes on for `richMs`. Bounds: those times, the end of the hunt, and those of a recording.
 */
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import type { Place } from '../../devices/device-type.ts';
import { linesAlike, type PlainLines, plainLines } from '../../devices/recognition/plain-lines.ts';
import { type Candidate, type Recognition, recognise } from '../../devices/recognition/recognise.ts';
import type { Recording } from '../../devices/recognition/recording.ts';
import { parityOf, sevenBits } from '../../devices/recognition/seven-bits.ts';
import type { Piece } from '../../devices/signature.ts';
import type { Clock } from '../../shared/clock.ts';
import type { LineSetting, OpenLine } from './line.ts';
import { say } from './words.ts';

/** Between two looks at what came; much takes longer to look at, and if it is anything, that was clear before. */
const lookMs = 250;
const longLookMs = 1_000;
const muchBytes = 4_096;
const patienceMs = 5_500;
/** At the speed at which most comes. */
const richMs = 10_000;
/** Looks at bytes of which nothing tells: a message may have been half over. */
const looksInVain = 2;

export interface Told {
  /** As it turned out: the eighth bits may be a parity. */
  readonly setting: LineSetting;
  readonly pieces: readonly Piece[];
  readonly recognition: Recognition;
}

export interface Listening {
  readonly setting: LineSetting;
  readonly recording: Recording;
  readonly transport: Place['transport'];
  readonly clock: Clock;
  readonly signal: AbortSignal;
  /** Monotonic ms. */
  readonly endsAt: number;
  readonly silentMs: number;
  /** Far more comes at this speed than at any other, which damages most characters: it may be the right one, and what came was spoiled. */
  isRichest(): boolean;
}

export async function listened(line: OpenLine, listening: Listening): Promise<Told> {
  const { recording, clock, signal, endsAt, silentMs, setting, transport, isRichest } = listening;
  const stopHearing = line.onBytes((bytes) => recording.add(bytes, clock.moment()));
  const beganAt = clock.moment().monotonic;
  const seenBefore = recording.heardBytes;
  let seen = seenBefore;
  let told = toldBy(setting, recording.pieces, transport);
  let telling = 0;
  let progressAt = beganAt;
  let hasSpoken = false;
  let inVain = 0;
  try {
    for (;;) {
      const now = clock.moment().monotonic;
      if (now >= endsAt || signal.aborted || line.lost.aborted) return told;
      const restMs = recording.heardBytes - seenBefore > muchBytes ? longLookMs : lookMs;
      await clock.sleep(Math.min(restMs, endsAt - now), AbortSignal.any([signal, line.lost]));
      const at = clock.moment().monotonic;
      const isNew = recording.heardBytes > seen;
      if (isNew) {
        hasSpoken = true;
        seen = recording.heardBytes;
        told = toldBy(setting, recording.pieces, transport);
        if (told.recognition.candidates.length > 0) return told;
      }
      const isRich = isRichest();
      if (told.recognition.telling > telling) progressAt = at;
      telling = told.recognition.telling;
      if (telling > 0 && at - progressAt < patienceMs) continue;
      if (isRich && at - beganAt < richMs) continue;
      if (hasSpoken && ++inVain >= looksInVain) return told;
      if (!hasSpoken && at - beganAt >= silentMs) return told;
    }
  } finally {
    stopHearing();
  }
}

/** What the bytes tell as they came or, if their eighth bits are parities, without those. */
function toldBy(setting: LineSetting, pieces: readonly Piece[], transport: Place['transport']): Told {
  const parity = parityOf(pieces);
  if (parity !== undefined) {
    const stripped = sevenBits(pieces);
    const recognition = recognised(stripped, transport);
    if (recognition.telling > 0) {
      return { setting: { ...setting, dataBits: 7, parity }, pieces: stripped, recognition };
    }
  }
  return { setting, pieces, recognition: recognised(pieces, transport) };
}

function recognised(pieces: readonly Piece[], transport: Place['transport']): Recognition {
  const recognition = recognise(pieces, DEVICE_TYPES, transport);
  if (recognition.candidates.length > 0 || recognition.telling > 0) return recognition; // more may come of it
  const line = DEVICE_TYPES.find(({ name }) => name === 'line');
  const plain = line && plainLines(pieces, line);
  if (plain === undefined) return { ...recognition, telling: linesAlike(pieces) };
  return { ...recognition, candidates: [genericLine(plain)], telling: plain.alike };
}

function genericLine({ profile, alike, lines, readBy }: PlainLines): Candidate {
  const names = readBy.join(', ');
  return {
    type: 'line',
    confidence: 'generic',
    isFinal: true,
    devices: [{ profile }],
    remark: readBy.length === 0 ? say.nameValues() : say.nameValuesOr({ profiles: names }),
    telling: alike,
    frames: lines,
    rubbish: new Map(),
    readings: [],
    units: {},
  };
}
