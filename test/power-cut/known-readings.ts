/** Readings identified by a number. */
import { createHash } from 'node:crypto';
import { decompress } from '../../gateway/buffer/compress.ts';
import type { Outgoing } from '../../gateway/buffer/outgoing.ts';
import { decodeBatch, decodeBody } from '../../shared/feed/batch.ts';
import type { Reading } from '../../shared/reading.ts';

type BatchOut = Extract<Outgoing, { kind: 'batch' }>;

/** When the first of them was observed. */
const AT = Date.parse('2026-01-15T03:00:00.000Z');
const maxBodyBytes = 16e6;
const maxReadings = 100_000;

/** A status of the gauge with that number and a note, for its size. */
export function known(id: number, note: string): Reading {
  return { device: 'gauge-01', kind: 'status', observedAt: AT + id, values: { id, note } };
}

/** An alarm with that number. */
export function knownAlarm(id: number): Reading {
  const values = { alarm: '氾濫注意水位', state: 'raised', quantity: 'level', value: id, limit: 0 } as const;
  return { device: 'gauge-01', kind: 'alarm', observedAt: AT + id, values };
}

export function idOf({ values }: Reading): number {
  return Number(values.id ?? values.value);
}

export function idsIn({ batch }: BatchOut): number[] {
  const { header, body } = decodeBatch(batch.bytes);
  return decodeBody(header, decompress(body, header.compression, maxBodyBytes), maxReadings).map(idOf);
}

export function hashOf({ batch }: BatchOut): string {
  return createHash('sha256').update(batch.bytes).digest('base64');
}
