/** Compression of batch bodies with `node:zlib`: RFC 1951 raw deflate and RFC 7932 brotli. */
import { brotliCompressSync, brotliDecompressSync, constants, deflateRawSync, inflateRawSync } from 'node:zlib';
import type { Compression } from '../../shared/feed/batch.ts';

/** Beyond this, ordinary bodies hardly shrink and the time doubles. */
const BROTLI_QUALITY = 5;
/** Base-2 logarithms of the window sizes brotli allows (RFC 7932, section 9.1). */
const WINDOW = { min: 10, max: 22 };

export function compress(body: Uint8Array, compression: Compression): Uint8Array {
  if (compression === 'brotli') {
    return brotliCompressSync(body, {
      params: {
        [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY,
        [constants.BROTLI_PARAM_SIZE_HINT]: body.length,
        [constants.BROTLI_PARAM_LGWIN]: windowFor(body.length),
      },
    });
  }
  return compression === 'deflate' ? deflateRawSync(body) : body;
}

/** The smallest window that covers the body: a larger one costs memory and time and saves nothing. */
function windowFor(bytes: number): number {
  return Math.min(WINDOW.max, Math.max(WINDOW.min, Math.ceil(Math.log2(bytes + 16))));
}

/** Throws a RangeError or zlib's error if the output would exceed `maxBytes` or the input is not such a stream. */
export function decompress(body: Uint8Array, compression: Compression, maxBytes: number): Uint8Array {
  if (compression === 'brotli') return brotliDecompressSync(body, { maxOutputLength: maxBytes });
  if (compression === 'deflate') return inflateRawSync(body, { maxOutputLength: maxBytes });
  if (body.length > maxBytes) throw new RangeError(`the body is longer than ${maxBytes} bytes`);
  return body;
}
