/**
 * A file as the answer to a request, whole or one range of it (RFC 9110, 14): `Range: bytes=0-524287`. Other ranges are answered with the whole.
 *
 * Memory holds a piece of it, and nothing is read faster than the client takes it.
 */
import { type FileHandle, open } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { codeOf } from '../../shared/errors.ts';
import { end } from './serve-requests.ts';

/** Answers 200, 206, 404 or 416. Never rejects: a client that goes away in the middle is no fault. */
export async function sendFile(
  file: string,
  { method, headers }: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (method !== 'GET') return end(response, 405, { allow: 'GET' });
  let handle: FileHandle | undefined;
  try {
    handle = await open(file, 'r');
    const { size } = await handle.stat();
    const [, from, to] = /^bytes=(\d{1,15})-(\d{1,15})?$/.exec(headers.range ?? '') ?? [];
    const about = { 'content-type': 'application/octet-stream', 'accept-ranges': 'bytes' };
    if (from === undefined) {
      response.writeHead(200, { ...about, 'content-length': size });
      return await pipeline(handle.createReadStream({ autoClose: false }), response);
    }
    const [start, last] = [Number(from), Math.min(Number(to ?? size - 1), size - 1)];
    if (start > last) return end(response, 416, { 'content-range': `bytes */${size}` });
    const range = `bytes ${start}-${last}/${size}`;
    response.writeHead(206, { ...about, 'content-length': last - start + 1, 'content-range': range });
    await pipeline(handle.createReadStream({ autoClose: false, start, end: last }), response);
  } catch (fault) {
    if (codeOf(fault) === 'ENOENT') return end(response, 404);
    response.destroy();
  } finally {
    await handle?.close();
  }
}
