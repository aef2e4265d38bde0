/**
 * A device whose topic has a "+" in place of levels stands for a family: whoever publishes under such a topic is a device of its own,
 * named after the family and what stands in those levels. `id = "meter"` with `topic = "meters/+/state"` makes "meters/kitchen/state" the
 * device "meter-kitchen".
 */
import * as v from 'valibot';
import { deviceId } from '../../shared/setting.ts';
import { takesTopic } from '../net/broker/topics.ts';
import type { DeviceConfig } from './settings.ts';

export function isFamily({ topic }: Pick<DeviceConfig, 'topic'>): boolean {
  return topic?.split('/').includes('+') === true;
}

/** Whether a device of this name would be of the family. */
export function isOfFamily(id: string, family: Pick<DeviceConfig, 'id'>): boolean {
  return id.startsWith(`${family.id}-`);
}

/** The device of the family with this topic: "unnamable" if no name can be made of it, undefined if the family does not take it. */
export function memberWith(topic: string, family: DeviceConfig): DeviceConfig | 'unnamable' | undefined {
  const filter = family.topic ?? '';
  if (!takesTopic(filter, topic)) return undefined;
  const levels = topic.split('/');
  const given = filter.split('/').flatMap((level, i) => (level === '+' ? [levels[i] ?? ''] : []));
  const id = [family.id, ...given].join('-');
  return given.includes('') || !v.is(deviceId, id) ? 'unnamable' : { ...family, id, topic };
}
