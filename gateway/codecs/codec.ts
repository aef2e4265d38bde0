/**
 * A payload codec: a stranger's JavaScript that turns a device's payload into named values, and back.
 *
 * The functions are those of the LoRa Alliance's Payload Codec API (TS013): `decodeUplink`, `encodeDownlink`,
 * `decodeDownlink`. Nothing here runs one; `codec-runner.ts` does, in a sandbox.
 */
import { readFileSync, statSync } from 'node:fs';
import { basename } from 'node:path';
import { MachimoriError, messageOf } from '../../shared/errors.ts';

export interface Codec {
  /** As it is called in messages: the file's name. */
  readonly name: string;
  readonly source: string;
}

export const CODEC_FUNCTIONS = ['decodeUplink', 'encodeDownlink', 'decodeDownlink'] as const;
export type CodecFunction = (typeof CODEC_FUNCTIONS)[number];

/** UTF-8 bytes of a codec's source. The largest public codecs have some 200 kB. */
export const maxSourceBytes = 1_000_000;

/** Throws a MachimoriError: "codec-unreadable" or "codec-too-large". */
export function readCodec(file: string): Codec {
  try {
    const { size } = statSync(file);
    if (size <= maxSourceBytes) return { name: basename(file), source: readFileSync(file, 'utf8') };
    throw new MachimoriError('codec-too-large', {
      what: `a codec of ${size} bytes is too large; at most ${maxSourceBytes} are read`,
      on: file,
      hint: 'Check that this is the codec itself, and not a bundle of something else',
    });
  } catch (cause) {
    if (cause instanceof MachimoriError) throw cause;
    throw new MachimoriError('codec-unreadable', {
      what: `the codec cannot be read (${messageOf(cause)})`,
      on: file,
      hint: 'Check the path and the permissions',
      cause,
    });
  }
}
