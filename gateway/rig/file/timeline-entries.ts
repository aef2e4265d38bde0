/** The timeline as it is run: a group of devices is each of them. */
import { parseCondition } from '../../../simulators/rig/condition.ts';
import { lorawanIds } from '../../../simulators/rig/lorawan-ids.ts';
import type { Action, TimelineEntry } from '../../../simulators/rig/plan.ts';
import type { LorawanSettings, TimelineSettings } from '../../../simulators/rig/settings.ts';
import type { WrittenDevice } from './written.ts';

export function timelineOf(
  timeline: readonly TimelineSettings[],
  devices: readonly WrittenDevice[],
): readonly TimelineEntry[] {
  return timeline.flatMap((entry) => {
    const { atMs = 0, when, everyMs, forMs } = entry;
    const start = when === undefined ? { atMs, everyMs } : { when: parseCondition(when), everyMs };
    return actionsOf(entry, devices).map((action) => ({ start, forMs, action }));
  });
}

function actionsOf(
  { fault, on, with: settings = {}, set, gateway }: TimelineSettings,
  devices: readonly WrittenDevice[],
): readonly Action[] {
  if (gateway !== undefined) return [{ kind: 'gateway', action: gateway }];
  if (fault !== undefined && on !== undefined) {
    return membersOf(on, devices).map((target) => ({ kind: 'fault', on: target, fault, settings }));
  }
  const values = Object.entries(set ?? {}).flatMap(([name, value]) => {
    const { subject, quantity } = splitName(name);
    return membersOf(subject, devices).map((device) => ({ device, quantity, value }));
  });
  return [{ kind: 'set', values }];
}

/** The devices of a group, or what has this name itself. LoRaWAN devices are given where each of them is meant. */
export function membersOf(
  name: string,
  devices: readonly WrittenDevice[],
  lorawan: readonly LorawanSettings[] = [],
): readonly string[] {
  const members = devices.filter(({ group }) => group === name).map(({ plan }) => plan.id);
  if (members.length > 0) return members;
  const group = lorawan.find((each) => each.name === name);
  return group === undefined ? [name] : lorawanIds(group);
}

/** "gauge.level": the last dot separates. */
export function splitName(name: string): { readonly subject: string; readonly quantity: string } {
  const dot = name.lastIndexOf('.');
  return { subject: name.slice(0, Math.max(0, dot)), quantity: name.slice(dot + 1) };
}
