/**
 * The default configuration as TOML, with a comment on every setting, printed from the schemas themselves.
 *
 * The result is a valid configuration. Tables that must be written for each site (ports, devices, destinations) stand as
 * comments: remove the `# ` to use them. Within them a setting without a default is marked "required" or "optional".
 */
import type { GenericSchema } from 'valibot';
import { DEVICE_TYPES } from '../../devices/catalogue.ts';
import { lorawanProfile } from '../../devices/lorawan/profile.ts';
import { meaningOf } from '../../shared/setting.ts';
import { toKebab } from './case.ts';
import { ProjectSettings } from './lorawan-settings.ts';
import { PortSettings } from './port-settings.ts';
import { entriesOf, unwrap } from './schema-walk.ts';
import { DestinationSettings, DeviceSettings, RangeSettings, TABLES, ThresholdSettings } from './settings.ts';

const WIDTH = 118;
/** Values for settings that have no default, so that what is printed can be run. */
const EXAMPLES: Readonly<Record<string, string>> = { 'gateway.id': '"gateway-01"' };

export function printDefaultConfig(): string {
  const tables = Object.entries(TABLES).map(([name, schema]) => [`[${name}]`, ...settingsOf(schema, name)].join('\n'));
  const ports = optionsOf(PortSettings).map((schema) => block('port', schema));
  const devices = DEVICE_TYPES.map(({ name, summary, options, profiles, decodeOnly }) => {
    const shipped = Object.keys(profiles ?? {});
    return [
      ...comment(`Device type ${name}: ${summary.en} (${summary.ja})`),
      ...(shipped.length > 0
        ? comment(`Profiles that ship with it: ${shipped.join(', ')}. Your own: a [[profile]] table with a name.`)
        : []),
      ...commentedOut(['[[device]]', `type = "${name}"`, ...settingsOf(options, 'device', decodeOnly)]),
    ].join('\n');
  });
  return `${[
    ...comment(
      'Machimori gateway. Every setting, with its default. Lengths of time: "250ms", "10s", "5m", "2h", "7d".',
    ),
    '',
    tables.join('\n\n'),
    '',
    ...comment('Ports: where bytes come from.'),
    ports.join('\n\n'),
    '',
    ...comment('Devices: what hangs on the ports. Every device has these settings, and the options of its type.'),
    block('device', DeviceSettings),
    ...commentedOut(['[[device.range]]', ...settingsOf(RangeSettings, 'range')]),
    ...commentedOut(['[[device.threshold]]', ...settingsOf(ThresholdSettings, 'threshold')]),
    '',
    devices.join('\n\n'),
    '',
    ...comment(
      'Profiles of LoRaWAN devices, which are registered with: machimori device add. Profiles of other types are in docs/ and deploy/examples/.',
    ),
    commentedOut(['[[profile]]', '# name = …   (required)', ...settingsOf(lorawanProfile, 'profile')]).join('\n'),
    '',
    ...comment('Outside projects: their devices, codecs and destinations are their own, and so are their limits.'),
    block('project', ProjectSettings),
    '',
    ...comment('Destinations: who gets the readings.'),
    block('destination', DestinationSettings),
  ].join('\n')}\n`;
}

function block(table: string, schema: GenericSchema): string {
  return commentedOut([`[[${table}]]`, ...settingsOf(schema, table)]).join('\n');
}

function settingsOf(schema: GenericSchema, table: string, without: readonly string[] = []): string[] {
  return Object.entries(entriesOf(schema)).flatMap(([key, setting]) => {
    if (without.includes(key)) return [];
    const name = toKebab(key);
    const written = writtenValue(setting) ?? EXAMPLES[`${table}.${name}`];
    const isOptional = setting.type === 'optional';
    const inner = entriesOf(setting);
    const line =
      written !== undefined
        ? `${name} = ${written}`
        : `# ${name} = ${Object.keys(inner).length > 0 ? inline(inner) : '…'}   (${isOptional ? 'optional' : 'required'})`;
    return [...comment(meaningOf(setting)?.en ?? ''), line];
  });
}

/** The default, or the only value there is, as TOML. */
function writtenValue(setting: GenericSchema): string | undefined {
  const fallback: unknown = 'default' in setting ? setting.default : undefined;
  if (fallback !== undefined) return typeof fallback === 'function' ? undefined : JSON.stringify(fallback);
  const inner = unwrap(setting);
  return 'literal' in inner ? JSON.stringify(inner.literal) : undefined;
}

function inline(entries: Readonly<Record<string, GenericSchema>>): string {
  return `{ ${Object.keys(entries)
    .map((key) => `${toKebab(key)} = …`)
    .join(', ')} }`;
}

function optionsOf(variant: typeof PortSettings): readonly GenericSchema[] {
  return variant.options;
}

/** A sentence as comment lines of at most `WIDTH` characters. */
function comment(text: string): string[] {
  const lines: string[] = [];
  let line = '#';
  for (const word of text.split(' ')) {
    if (line.length + word.length + 1 > WIDTH && line !== '#') {
      lines.push(line);
      line = '#';
    }
    line += ` ${word}`;
  }
  return text === '' ? [] : [...lines, line];
}

function commentedOut(lines: readonly string[]): string[] {
  return lines.map((line) => (line.startsWith('#') ? `#${line}` : `# ${line}`));
}
