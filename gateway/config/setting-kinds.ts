/** What kind of value each setting takes, by its name in the file: so much is known of a line that cannot be parsed. */
import type { GenericSchema } from 'valibot';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import { lorawanProfile } from '../../devices/lorawan/profile.ts';
import { DESTINATION_TYPES } from '../destinations/catalogue.ts';
import { OUTPUT_TYPES } from '../outputs/catalogue.ts';
import { PORT_TYPES } from '../ports/catalogue.ts';
import { fileName } from './case.ts';
import { ProjectSettings } from './lorawan-settings.ts';
import { entriesOf, unwrap } from './schema-walk.ts';
import { DeviceSettings, TABLES } from './settings.ts';
import { type Kind, kindOf } from './slips/meant-value.ts';

export function settingKinds(): ReadonlyMap<string, Kind> {
  const types = [...PORT_TYPES, ...DESTINATION_TYPES, ...OUTPUT_TYPES].map(({ settings }) => settings);
  const devices = DEVICE_TYPES.map(({ options }) => options);
  const tables = [...Object.values(TABLES), DeviceSettings, ProjectSettings, lorawanProfile];
  return kindsOf([...tables, ...types, ...devices]);
}

/** Of these tables; of settings with one name those of the first. */
export function kindsOf(schemas: readonly GenericSchema[]): ReadonlyMap<string, Kind> {
  const kinds = new Map<string, Kind>();
  const walk = (schema: GenericSchema): void => {
    const inner = unwrap(schema);
    if ('item' in inner) walk(inner.item as GenericSchema); // valibot's name for the entries of a list
    for (const [key, entry] of Object.entries(entriesOf(inner))) {
      const name = fileName(key, entry);
      if (!kinds.has(name)) kinds.set(name, kindOf(entry));
      walk(entry);
    }
  };
  for (const schema of schemas) walk(schema);
  return kinds;
}
