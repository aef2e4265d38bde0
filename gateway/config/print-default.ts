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
import { wrapped } from '../words/layout.ts';
import { fileName, toKebab } from './case.ts';
import { ProjectSettings } from './lorawan-settings.ts';
import { entriesOf, unwrap } from './schema-walk.ts';
import { DeviceSettings, TABLES } from './settings.ts';
import { WatchSettings } from './watch-settings.ts';
import { say } from './words.ts';

const WIDTH = 118;
/** Settings of a table within a line. */
const maxShown = 10;
/** Values for settings that have no default, so that what is printed can be run. */
const EXAMPLES: Readonly<Record<string, string>> = { 'gateway.id': '"gateway-01"' };

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

function settingsOf(
  schema: GenericSchema,
  table: string,
  language: Language,
  without: readonly string[] = [],
): string[] {
  return Object.entries(entriesOf(schema)).flatMap(([key, setting]) => {
    if (without.includes(key)) return [];
    const name = fileName(key, setting);
    const written = writtenValue(setting) ?? EXAMPLES[`${table}.${name}`];
    const need = setting.type === 'optional' ? say.optional() : say.required();
    const line =
      written !== undefined ? `${name} = ${written}` : `# ${name} = ${shapeOf(setting)}   (${need[language]})`;
    return [...commentLines(meaningOf(setting)?.[language] ?? ''), line];
  });
}

/** What a table without a default looks like; of a long one what must be written. */
function shapeOf(setting: GenericSchema): string {
  const inner = Object.entries(entriesOf(setting)).map(([name, entry]) => ({ name: fileName(name, entry), entry }));
  if (inner.length === 0) return '…';
  const isLong = inner.length > maxShown;
  const shown = isLong ? inner.filter(({ entry }) => entry.type !== 'optional') : inner;
  return `{ ${[...shown.map(({ name }) => `${name} = …`), ...(isLong ? ['…'] : [])].join(', ')} }`;
}

/** The settings of a table that are lists of tables themselves. */
function tableListsOf(schema: GenericSchema) {
  return Object.entries(entriesOf(schema)).flatMap(([key, list]) => {
    const inner = unwrap(list);
    const entry = 'item' in inner ? (inner.item as GenericSchema) : undefined; // valibot's name for it
    return entry === undefined || Object.keys(entriesOf(entry)).length === 0 ? [] : [{ key, list, entry }];
  });
}

/** The default, or the only value there is, as TOML. */
function writtenValue(setting: GenericSchema): string | undefined {
  const fallback: unknown = 'default' in setting ? setting.default : undefined;
  if (fallback !== undefined) return typeof fallback === 'function' ? undefined : JSON.stringify(fallback);
  const inner = unwrap(setting);
  return 'literal' in inner ? JSON.stringify(inner.literal) : undefined;
}

function commentLines(text: string): string[] {
  return text === '' ? [] : wrapped(text, WIDTH - 2).map((line) => `# ${line}`);
}

function commentedOut(lines: readonly string[]): string[] {
  return lines.map((line) => (line.startsWith('#') ? `#${line}` : `# ${line}`));
}
