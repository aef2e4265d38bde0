/** The compressors of batch bodies, on `node:zlib`: RFC 1951 raw deflate and RFC 7932 brotli. */
import { brotliCompressSync, brotliDecompressSync, constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Compression } from '../shared/feed/batch.ts';

/** Past this the bodies of ordinary batches hardly shrink and the time for them doubles. */
const BROTLI_QUALITY = 5;

export function compress(body: Uint8Array, compression: Compression): Uint8Array {
  if (compression === 'brotli') {
    return brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
      },
    });
  }
  return compression === 'deflate' ? deflateRawSync(body) : body;
}

/** Throws a RangeError or zlib's error where the output would be longer than `maxBytes` or the input is no such stream. */
export function decompress(body: Uint8Array, compression: Compression, maxBytes: number): Uint8Array {
  if (compression === 'brotli') return brotliDecompressSync(body, { maxOutputLength: maxBytes });
  if (compression === 'deflate') return inflateRawSync(body, { maxOutputLength: maxBytes });
  if (body.length > maxBytes) throw new RangeError(`the body is longer than ${maxBytes} bytes`);
  return body;
}
