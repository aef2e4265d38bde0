/**
 * What a volunteer's phone sends: a batch of the feed from which nobody but the operators can tell whether it heard a tag, or where it was.
 *
 * Promise: every upload has `sightingsEach` sightings and `uploadBytes` bytes, whatever was heard: the phone fills it up with sightings of
 * nothing, sealed to operators like the others, and sends it whether it heard anything or not. Each comes under a name of its own
 * (feed/anonymous.ts), as its number 1.
 */
import { isAnonymous } from '../feed/anonymous.ts';
import { type BatchHeader, encodeBody, encodePaddedBatch } from '../feed/batch.ts';
import type { Reading } from '../reading.ts';

export const sightingsEach = 16;
export const uploadBytes = 4_096;
/** The device of every sighting of a phone: where it was is sealed. */
export const PHONE = 'phone';

const sealedLength = 70; // base64url of 52 bytes
const keyLength = 43; // of 32
const QUANTITIES = ['operator', 'sealed', 'sealedWith', 'rssi', 'count', 'firstAt', 'lastAt'];

/**
 * `gateway`: a name drawn for this upload. `epoch`: 16 hexadecimal digits, drawn too. Throws a RangeError unless there are `sightingsEach`
 * sightings that fit.
 */
export function encodeUpload(
  sightings: readonly Reading[],
  { gateway, epoch }: Pick<BatchHeader, 'gateway' | 'epoch'>,
) {
  if (sightings.length !== sightingsEach) throw new RangeError(`${sightings.length} sightings in an upload`);
  const { body } = encodeBody('columns', sightings);
  const header = { gateway, epoch, number: 1, lane: 'routine', count: sightings.length } as const;
  return encodePaddedBatch({ ...header, encoding: 'columns', compression: 'none' }, body, uploadBytes);
}

/** Whether it is an upload as a phone makes it, to operators that there are. */
export function isUpload(
  { gateway, number, count, partOf }: BatchHeader,
  bytes: number,
  sightings: readonly Reading[],
  isOperator: (id: string) => boolean,
): boolean {
  return (
    isAnonymous(gateway) &&
    number === 1 &&
    partOf === undefined &&
    count === sightingsEach &&
    bytes === uploadBytes &&
    sightings.every((sighting) => isSealedSighting(sighting, isOperator))
  );
}

function isSealedSighting({ device, kind, quality, values }: Reading, isOperator: (id: string) => boolean): boolean {
  const { operator, sealed, sealedWith, rssi, count, firstAt, lastAt } = values;
  return (
    device === PHONE &&
    kind === 'sighting' &&
    quality === undefined &&
    Object.keys(values).length === QUANTITIES.length &&
    typeof operator === 'string' &&
    isOperator(operator) &&
    isBase64url(sealed, sealedLength) &&
    isBase64url(sealedWith, keyLength) &&
    [rssi, count, firstAt, lastAt].every((value) => Number.isSafeInteger(value))
  );
}

function isBase64url(value: unknown, length: number): boolean {
  return typeof value === 'string' && value.length === length && /^[A-Za-z0-9_-]*$/.test(value);
}
