/**
 * Messages of the feed, made of what an archive holds.
 *
 * A batch is of the gateway that sent it and has its number. Its epoch is derived from the gateway's and the archive: an archive may have
 * only a part of a batch, so this is another one; and it is the same whenever it is made, so that who has it already knows it.
 */
import { createHash } from 'node:crypto';
import { encodeBatch, encodeBody } from '../../../shared/feed/batch.ts';
import { type DeviceDescription, encodeBirth } from '../../../shared/feed/birth.ts';
import type { Origin } from '../../../shared/feed/topics.ts';
import type { Reading } from '../../../shared/reading.ts';
import type { ArchivedBatch } from './pages.ts';

/** Not compressed, since it waits only a moment (relay.ts keeps no backlog). Throws what the encoding throws. */
export function batchMessage(
  { gateway, epoch, number, lane }: ArchivedBatch,
  readings: readonly Reading[],
  archive: string,
): Uint8Array {
  const { body, doubts } = encodeBody('columns', readings);
  const about = { encoding: 'columns', compression: 'none', doubts, count: readings.length } as const;
  return encodeBatch({ gateway, epoch: derivedFrom(`${archive} ${epoch}`), number, lane, ...about }, body);
}

/** `at`, epoch ms, tells which of two births is the newer. */
export function birthMessage(
  { tenant, gateway }: Origin,
  devices: readonly DeviceDescription[],
  archive: string,
  at: number,
): Uint8Array {
  return encodeBirth({ tenant, gateway, software: '', epoch: derivedFrom(archive), at, devices });
}

/** The name of an epoch: 16 hexadecimal digits. */
function derivedFrom(source: string): string {
  return createHash('sha256').update(`archive ${source}`).digest('hex').slice(0, 16);
}
