/**
 * What may be at the other end of a line, from what was heard of it: each device type's own framer and decoder are run over the recorded
 * bytes, and what they make of them is weighed.
 *
 * Promise: a type is named only if enough frames tell (its `signature`), if they are at least a third of all frames, and if no more than
 * half of the bytes are rubbish to it. Of types that fit equally well the one with the better proof comes first. Nothing is guessed from
 * one frame: a line of which some frames tell, but too few, is only promising. Pure; holds nothing. Bounds: the recording's
 * (`recording.ts`), `maxReadings` of each candidate.
 */
import * as v from 'valibot';
import type { Moment } from '../../shared/clock.ts';
import type { Reading, Units } from '../../shared/reading.ts';
import type { Text } from '../../shared/text.ts';
import type { ConfiguredDevice, Decoder, DeviceType, Place, RubbishCode, Step } from '../device-type.ts';
import type { Guess, Guise, Piece, Signature } from '../signature.ts';

export const maxReadings = 5;

export type Confidence = 'certain' | 'likely' | 'generic';

export interface Candidate {
  /** The device type's name. */
  readonly type: string;
  readonly confidence: Confidence;
  /** It fits so little else that it need not be compared with what other speeds give. */
  readonly isFinal: boolean;
  /** It answered questions, instead of speaking by itself. */
  readonly isAnswer?: true;
  readonly devices: readonly Guess[];
  readonly remark?: Text | undefined;
  /** Frames that tell, and all frames and pieces of rubbish. */
  readonly telling: number;
  readonly frames: number;
  readonly rubbish: ReadonlyMap<RubbishCode, number>;
  /** The newest. */
  readonly readings: readonly Reading[];
  readonly units: Units;
}

export interface Recognition {
  /** The best first. */
  readonly candidates: readonly Candidate[];
  /** Frames that tell of the type of which most do: too few may become enough. */
  readonly telling: number;
  /** The bytes may hold strangers' addresses. */
  readonly isPersonal: boolean;
}

const RANKS = { checksum: 0, form: 1, structure: 2 } as const;

export function recognise(
  heard: readonly Piece[],
  types: readonly DeviceType[],
  transport: Place['transport'],
): Recognition {
  const tried = types.flatMap((type) => {
    const { signature } = type;
    if (signature === undefined) return [];
    return signature.guises(heard).map((guise) => {
      const run = runOver(heard, { type, signature, guise, transport });
      return { type, signature, guise, run };
    });
  });
  const fitting = tried.filter(({ signature, run }) => isEnough(run, signature.enough));
  const best = [...new Map(fitting.toReversed().map((each) => [each.type.name, each])).values()]; // the first guise of each type that fits
  best.sort((a, b) => RANKS[a.signature.proof] - RANKS[b.signature.proof] || b.run.telling - a.run.telling);
  return {
    candidates: best.map(candidateOf),
    telling: Math.max(0, ...tried.map(({ run }) => run.telling)),
    isPersonal: tried.some(({ signature, run }) => signature.isPersonal === true && run.telling > 0),
  };
}

interface Tried {
  readonly type: DeviceType;
  readonly signature: Signature;
  readonly guise: Guise;
  readonly run: Run;
}

function candidateOf({ type, signature, guise, run }: Tried): Candidate {
  return {
    type: type.name,
    confidence: signature.proof === 'checksum' ? 'certain' : 'likely',
    isFinal: signature.proof !== 'structure',
    devices: guise.devices,
    remark: guise.remark,
    telling: run.telling,
    frames: run.frames,
    rubbish: run.rubbish,
    readings: signature.isPersonal ? [] : run.readings,
    units: unitsOf(type, guise),
  };
}

/** What a type makes of the bytes. */
interface Run {
  bytes: number;
  rubbishBytes: number;
  frames: number;
  telling: number;
  readonly rubbish: Map<RubbishCode, number>;
  readings: readonly Reading[];
}

function isEnough({ bytes, rubbishBytes, frames, telling }: Run, enough: number): boolean {
  return telling >= enough && telling * 3 >= frames && rubbishBytes * 2 <= bytes;
}

interface Trial {
  readonly type: DeviceType;
  readonly signature: Signature;
  readonly guise: Guise;
  readonly transport: Place['transport'];
}

function runOver(heard: readonly Piece[], { type, signature, guise, transport }: Trial): Run {
  const run: Run = { bytes: 0, rubbishBytes: 0, frames: 0, telling: 0, rubbish: new Map(), readings: [] };
  const devices = configured(type, guise);
  const place = { transport };
  const framer = type.framer(devices, place);
  const decoder = devices.length === 0 ? undefined : type.decoder(devices, place);
  for (const { bytes, at } of heard) {
    run.bytes += bytes.length;
    passTime(run, decoder, at);
    for (const frame of framer.push(bytes)) {
      if (frame.ok) takeFrame(run, { frame: frame.bytes, at, decoder, signature, options: devices[0]?.options });
      else takeRubbish(run, frame.code, frame.bytes.length);
    }
  }
  const last = heard.at(-1)?.at;
  if (last !== undefined) count(run, decoder?.end?.(last));
  return run;
}

interface Taken {
  readonly frame: Uint8Array;
  readonly at: Moment;
  readonly decoder: Decoder | undefined;
  readonly signature: Signature;
  readonly options: unknown;
}

function takeFrame(run: Run, { frame, at, decoder, signature, options }: Taken): void {
  const step = decoder?.decode(frame, at) ?? {};
  const isTold = signature.tells?.(frame, options) === true;
  if (signature.tells === undefined) {
    count(run, step, frame.length);
    return;
  }
  keepReadings(run, step);
  run.frames++;
  if (isTold) run.telling++;
  else if (step.rubbish !== undefined) {
    for (const { code } of step.rubbish) run.rubbish.set(code, (run.rubbish.get(code) ?? 0) + 1);
    run.rubbishBytes += frame.length;
  }
}

/** A step of a type whose readings tell. `frameBytes`: of the frame that gave it; of none if time did. */
function count(run: Run, step: Step | undefined, frameBytes?: number): void {
  if (step === undefined) return;
  const { readings = [], rubbish = [] } = step;
  keepReadings(run, step);
  for (const { code, bytes } of rubbish) takeRubbish(run, code, frameBytes === undefined ? bytes.length : 0);
  if (rubbish.length > 0) {
    run.rubbishBytes += frameBytes ?? 0;
    return;
  }
  if (readings.length > 0) {
    run.telling++;
    run.frames++;
  }
}

function takeRubbish(run: Run, code: RubbishCode, bytes: number): void {
  run.frames++;
  run.rubbishBytes += bytes;
  run.rubbish.set(code, (run.rubbish.get(code) ?? 0) + 1);
}

function keepReadings(run: Run, { readings = [] }: Step): void {
  if (readings.length > 0) run.readings = [...run.readings, ...readings].slice(-maxReadings);
}

/** A type that gathers gives what it has when its time comes. */
function passTime(run: Run, decoder: Decoder | undefined, at: Moment): void {
  if (decoder?.due === undefined || (decoder.dueAt?.() ?? Number.POSITIVE_INFINITY) > at.monotonic) return;
  count(run, decoder.due(at));
}

function configured(type: DeviceType, guise: Guise): readonly ConfiguredDevice<unknown>[] {
  return guise.devices.map((guess, i) => ({ id: `${type.name}-${i + 1}`, options: optionsOf(type, guess) }));
}

/** A guess as the type's options: what its schema leaves out has its default. */
export function optionsOf(type: DeviceType, guess: Guess): unknown {
  const { profile } = guess;
  const shipped = typeof profile === 'string' ? type.profiles?.[profile] : undefined;
  return v.parse(type.options, shipped === undefined ? guess : { ...guess, profile: shipped });
}

function unitsOf(type: DeviceType, { devices: [first] }: Guise): Units {
  return first === undefined ? {} : (type.units?.(optionsOf(type, first)) ?? {});
}
