/**
 * How devices of a type are recognised on a line of which nothing is known.
 *
 * The type's own framer and decoder are run over what was heard (`recognition/recognise.ts`); a signature says with which options, which
 * frames count, and what such a device may be asked if it says nothing by itself.
 */
import type { Moment } from '../shared/clock.ts';
import type { Text } from '../shared/text.ts';

/** Bytes as they came, and when. */
export interface Piece {
  readonly bytes: Uint8Array;
  readonly at: Moment;
}

/** Settings of one device, by the keys of its type's options; a profile by the name of a shipped one. */
export type Guess = Readonly<Record<string, unknown>>;

/** One way in which the devices of a line may be set up. */
export interface Guise {
  /** One or more devices; none if the line shows the type but not yet how a device of it must be set up. */
  readonly devices: readonly Guess[];
  /** What the technician must know or measure before the settings are used. */
  readonly remark?: Text;
}

/** Something to write that changes nothing in the device, and how its answer is known. */
export interface Question {
  readonly bytes: Uint8Array;
  /** Whether these bytes, all that came after the question, hold its answer. */
  isAnswer(bytes: Uint8Array): boolean;
  /** A shorter question that many devices answer somehow: if nothing comes to it, this one is not asked. */
  readonly knock?: Uint8Array;
}

export interface Signature<Options = unknown> {
  /**
   * What a frame that tells rests on: a checksum proves it; a form that hardly anything else has makes it likely; a structure may come
   * about by chance, so that a line is taken for this only if nothing else is found at any speed.
   */
  readonly proof: 'checksum' | 'form' | 'structure';
  /** So many telling frames are enough. */
  readonly enough: number;
  /** The ways to try, the most usual first, given what was heard. */
  guises(heard: readonly Piece[]): readonly Guise[];
  /** Whether a whole frame is one of this type's; absent: if its decoder makes readings of it and no rubbish. `options`: of the guise's first device. */
  tells?(frame: Uint8Array, options: Options): boolean;
  /** Frames may hold strangers' addresses: no byte of such a line is shown or kept. */
  readonly isPersonal?: true;
  /** What may be asked of it. */
  readonly questions?: readonly Question[];
}
