/**
 * A payload codec: third-party JavaScript that turns a device's payload into named values, and back.
 *
 * Its functions follow the LoRa Alliance's Payload Codec API (TS013): `decodeUplink`, `encodeDownlink`,
 * `decodeDownlink`. runner.ts runs them, in a sandbox.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { say } from './words.ts';

export interface Codec {
  /** Its name in messages: the file's name. */
  readonly name: string;
  readonly source: string;
}

export const CODEC_FUNCTIONS = ['decodeUplink', 'encodeDownlink', 'decodeDownlink'] as const;
export type CodecFunction = (typeof CODEC_FUNCTIONS)[number];

/** UTF-8 bytes of a codec's source. The largest public codecs have about 200 kB. */
export const maxSourceBytes = 1_000_000;

/** Throws a MachimoriError: "codec-unreadable" or "codec-too-large". */
export function readCodec(file: string): Codec {
  try {
    const { size } = statSync(file);
    if (size <= maxSourceBytes) return { name: basename(file), source: readFileSync(file, 'utf8') };
    throw new MachimoriError('codec-too-large', {
      what: say.sourceTooLarge({ bytes: size, max: maxSourceBytes }),
      on: file,
      hint: say.notABundle(),
    });
  } catch (cause) {
    if (cause instanceof MachimoriError) throw cause;
    throw new MachimoriError('codec-unreadable', {
      what: say.unreadable({ why: textOf(cause) }),
      on: file,
      hint: say.checkPath(),
      cause,
    });
  }
}
