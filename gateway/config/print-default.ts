/**
 * The default configuration as TOML, with a comment on every setting, printed from the schemas themselves.
 *
 * The result is a valid configuration. Tables that must be written for each site (ports, devices, destinations) stand as
 * comments: remove the `# ` to use them. A setting in them without a default is marked required or optional.
 */
import type { GenericSchema } from 'valibot';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import { lorawanProfile } from '../../devices/lorawan/profile.ts';
import { meaningOf } from '../../shared/setting.ts';
import { type Language, listed, type Text } from '../../shared/text.ts';
import { DESTINATION_TYPES } from '../destinations/catalogue.ts';
import { OUTPUT_TYPES } from '../outputs/catalogue.ts';
import { PORT_TYPES } from '../ports/catalogue.ts';
import { fileName, toKebab } from './case.ts';
import { ProjectSettings } from './lorawan-settings.ts';
import { commentedOut, commentLines, settingsOf, tableListsOf } from './print-settings.ts';
import { DeviceSettings, TABLES } from './settings.ts';
import { WatchSettings } from './watch-settings.ts';
import { say } from './words.ts';

export function printDefaultConfig(language: Language): string {
  const comment = (text: Text) => commentLines(text[language]);
  const block = (table: string, schema: GenericSchema, ...more: readonly string[]): string => {
    const lists = tableListsOf(schema);
    const without = lists.map(({ key }) => key);
    return [
      commentedOut([`[[${table}]]`, ...more, ...settingsOf(schema, table, language, without)]).join('\n'),
      ...lists.flatMap(({ key, list, entry }) => [
        ...commentLines(meaningOf(list)?.[language] ?? ''),
        block(`${table}.${fileName(key, list)}`, entry),
      ]),
    ].join('\n');
  };
  const tables = Object.entries(TABLES).map(([name, schema]) =>
    [`[${toKebab(name)}]`, ...settingsOf(schema, toKebab(name), language)].join('\n'),
  );
  const devices = DEVICE_TYPES.map(({ name, summary, options, profiles, decodeOnly }) => {
    const shipped = Object.keys(profiles ?? {});
    return [
      ...comment(say.defaultDeviceType({ name, summary })),
      ...(shipped.length > 0 ? comment(say.defaultShipped({ profiles: listed(shipped) })) : []),
      commentedOut(['[[device]]', `type = "${name}"`, ...settingsOf(options, 'device', language, decodeOnly)]).join(
        '\n',
      ),
    ].join('\n');
  });
  return `${[
    ...comment(say.defaultHead()),
    '',
    tables.join('\n\n'),
    '',
    ...comment(say.defaultPorts()),
    PORT_TYPES.map(({ settings }) => block('port', settings)).join('\n\n'),
    '',
    ...comment(say.defaultDevices()),
    block('device', DeviceSettings),
    '',
    devices.join('\n\n'),
    '',
    ...comment(say.defaultProfiles()),
    block('profile', lorawanProfile, say.nameLine()[language]),
    '',
    ...comment(say.defaultProjects()),
    block('project', ProjectSettings),
    '',
    ...comment(say.defaultWatches()),
    block('watch', WatchSettings),
    '',
    ...comment(say.defaultDestinations()),
    DESTINATION_TYPES.map(({ settings }) => block('destination', settings)).join('\n\n'),
    '',
    ...comment(say.defaultOutputs()),
    OUTPUT_TYPES.map(({ settings }) => block('output', settings)).join('\n\n'),
  ].join('\n')}\n`;
}
