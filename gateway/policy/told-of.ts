/**
 * How a hub tells of other gateways and their devices in readings of its own: under a device's name that is made of theirs, with the
 * members `tenant`, `gateway` and `device` beside the values of the alarm (docs/feed.md, "Alarms of a hub").
 */
import { createHash } from 'node:crypto';
import type { Origin } from '../../shared/feed/topics.ts';
import type { Alarm, Reading } from '../../shared/reading.ts';
import { wellFormed } from '../../shared/text.ts';

/** Longest name of a device that a reading may have. */
const maxName = 64;
const digestDigits = 16;
/** Longest name of another gateway's device that is told. */
const maxDevice = 200;
const PREFIX = 'hub/watch/';

/** Under which a gateway, or a device of it, is remembered. Neither a tenant nor a gateway has a slash. */
export function memoryOf({ tenant, gateway }: Origin, device?: string): string {
  return `${PREFIX}${tenant}/${gateway}${device === undefined ? '' : `/${device}`}`;
}

/** What such a key stands for; undefined for any other. */
export function rememberedOf(
  key: string,
): { readonly origin: Origin; readonly device: string | undefined } | undefined {
  if (!key.startsWith(PREFIX)) return undefined;
  const [tenant = '', gateway = '', ...rest] = key.slice(PREFIX.length).split('/');
  return { origin: { tenant, gateway }, device: rest.length === 0 ? undefined : rest.join('/') };
}

/** The name of a gateway, or of its device, among the devices of the hub: the parts with dots, or shortened with a digest of them. */
export function nameAtHub({ tenant, gateway }: Origin, device?: string): string {
  const parts = [tenant, gateway, ...(device === undefined ? [] : [device])];
  const name = parts.join('.');
  const isPlain = name.length <= maxName && parts.every((part) => /^[A-Za-z0-9_-]+$/.test(part));
  if (isPlain && /^[A-Za-z0-9]/.test(name)) return name;
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, digestDigits);
  const shown = name.replaceAll(/[^A-Za-z0-9._-]/g, '-').slice(0, maxName - digestDigits - 1);
  return `${shown}.${digest}`;
}

/** An alarm about a gateway, or a device of it, as the hub tells it. */
export function toldByHub(alarm: Alarm, origin: Origin, device?: string): Alarm {
  const { tenant, gateway } = origin;
  const about = { tenant, gateway, ...(device !== undefined && { device: wellFormed(device.slice(0, maxDevice)) }) };
  return { ...alarm, device: nameAtHub(origin, device), values: { ...alarm.values, ...about } };
}

/** Whom an alarm of a hub is about; undefined for any other reading. */
export function toldOf({ kind, device: name, values }: Reading): (Origin & { readonly device?: string }) | undefined {
  const { tenant, gateway, device } = values;
  if (kind !== 'alarm' || typeof tenant !== 'string' || typeof gateway !== 'string') return undefined;
  const about = { tenant, gateway, ...(typeof device === 'string' && { device }) };
  return name === nameAtHub(about, about.device) ? about : undefined;
}
