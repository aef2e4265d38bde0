/** Readings without whose tag was seen, for who needs to know only that a detector works. */
import type { Reading } from '../../shared/reading.ts';
import type { Status } from './status.ts';

export function withoutTag<R extends Pick<Reading, 'kind' | 'values'>>(reading: R): R {
  if (reading.kind !== 'sighting') return reading;
  const values = Object.fromEntries(Object.entries(reading.values).filter(([name]) => name !== 'tag'));
  return { ...reading, values };
}

export function withoutTags(status: Status): Status {
  const devices = Object.entries(status.devices).map(
    ([id, device]) => [id, device.last === undefined ? device : { ...device, last: withoutTag(device.last) }] as const,
  );
  return { ...status, devices: Object.fromEntries(devices) };
}
