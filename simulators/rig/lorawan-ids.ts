/** What the LoRaWAN devices of a rig are called: "stations-1", "stations-2" … */
import type { LorawanSettings } from './settings.ts';

export function lorawanIds({ name, devices }: Pick<LorawanSettings, 'name' | 'devices'>): readonly string[] {
  return Array.from({ length: devices }, (_, n) => `${name}-${n + 1}`);
}
