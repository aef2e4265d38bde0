/** What a draft says, as changes of the configuration: all of them, in an order in which what is named comes before what names it. */
import { RIVER_LEVELS } from '../levels.ts';
import type { Draft } from './draft.ts';

export type Change =
  | { readonly add: string; readonly settings: Readonly<Record<string, unknown>> }
  | { readonly set: string; readonly value: unknown }
  | { readonly remove: string };

/** `ports`: the names that are taken. */
export function changesOf(draft: Draft, ports: readonly string[]): readonly Change[] {
  const { chosen, line, id } = draft;
  if (chosen === undefined) return [];
  const { name: suggested = 'line', ...portSettings } = chosen.port;
  const port = line?.heldBy ?? freePort(String(suggested), ports);
  const profile = chosen.profile === undefined ? [] : [{ add: 'profile', settings: { ...chosen.profile, name: id } }];
  return [
    ...(line?.heldBy === undefined
      ? [{ add: 'port', settings: { name: port, ...portSettings } }]
      : lineChanges(port, portSettings)),
    ...profile,
    {
      add: 'device',
      settings: { id, ...chosen.device, port, ...(profile.length > 0 && { profile: id }), ...entered(draft) },
    },
  ];
}

/** What changes add, the last first: "device.gauge-01". */
export function addedBy(changes: readonly Change[]): readonly string[] {
  const added = changes.flatMap((change) => {
    if (!('add' in change)) return [];
    const { id, name } = change.settings;
    return [`${change.add}.${String(id ?? name)}`];
  });
  return added.toReversed();
}

/** The setting of a line that is configured already, as it was recognised. */
function lineChanges(port: string, settings: Readonly<Record<string, unknown>>): readonly Change[] {
  return ['baud', 'data-bits', 'parity'].flatMap((name) =>
    settings[name] === undefined ? [] : [{ set: `port.${port}.${name}`, value: settings[name] }],
  );
}

function freePort(wanted: string, taken: readonly string[]): string {
  let name = wanted;
  for (let i = 2; taken.includes(name); i++) name = `${wanted}-${i}`;
  return name;
}

function entered(draft: Draft): Record<string, unknown> {
  const { settings, placeName, lat, lon, mountingHeight } = draft;
  const threshold = thresholdsOf(draft);
  const typed = Object.entries(settings).map(([name, text]) => [name, typedValue(text)]);
  const device = draft.chosen?.device ?? {};
  return {
    ...Object.fromEntries(typed),
    ...('mounting-height-m' in device || 'mounting-height-m' in settings
      ? { 'mounting-height-m': Number(mountingHeight) }
      : {}),
    ...(placeName.trim() !== '' && { 'place.name': placeName.trim() }),
    ...(lat.trim() !== '' && { 'place.lat': Number(lat), 'place.lon': Number(lon) }),
    ...(threshold.length > 0 && { threshold }),
  };
}

/** As a person types a value: a number, a flag, or a text. */
function typedValue(text: string): unknown {
  const plain = text.trim();
  if (/^-?\d+(\.\d+)?$/.test(plain)) return Number(plain);
  return plain === 'true' || plain === 'false' ? plain === 'true' : plain;
}

/** Those that are entered, the lowest first. A millimetre is finer than any gauge. */
export function thresholdsOf({ levels, clearBelow, chosen }: Pick<Draft, 'levels' | 'clearBelow' | 'chosen'>) {
  if (chosen?.hasLevel !== true) return [];
  return RIVER_LEVELS.flatMap(({ alarm }, i) => {
    const text = levels[i]?.trim() ?? '';
    if (text === '') return [];
    const raise = Number(text);
    return [{ alarm, quantity: 'level', raise, clear: Math.round((raise - Number(clearBelow)) * 1_000) / 1_000 }];
  });
}
