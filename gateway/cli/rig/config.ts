/** rig config: every setting of a rig's file as TOML, printed from the schemas themselves. All but [rig] stands as comments. */
import type { GenericSchema } from 'valibot';
import { RIG_KINDS } from '../../../simulators/rig/catalogue.ts';
import type { RigKind } from '../../../simulators/rig/kind.ts';
import { SENSE_SCHEMAS } from '../../../simulators/rig/senses.ts';
import {
  CitySettings,
  DEVICE_SETTINGS,
  EXPECT_SETTINGS,
  GatewaySettings,
  LorawanSettings,
  RigSettings,
  TimelineSettings,
  WIRE_SETTINGS,
} from '../../../simulators/rig/settings.ts';
import { commentedOut, commentLines, settingsOf } from '../../config/print-settings.ts';
import type { Called } from '../verb.ts';
import type { rigConfigUsage } from '../verbs/rig.ts';
import { say } from '../words/rig.ts';

export async function rigConfig({ terminal }: Called<typeof rigConfigUsage>): Promise<number> {
  const { language } = terminal;
  const comment = (text: { readonly en: string; readonly ja: string }) => commentLines(text[language]);
  const block = (heading: string, schema: GenericSchema, before: readonly string[] = []) => [
    ...before,
    ...commentedOut([heading, ...settingsOf(schema, 'rig', language)]),
    '',
  ];
  const device = (kind: RigKind) => [
    ...comment(kind.meaning),
    ...commentedOut([
      '[[device]]',
      `type = "${kind.name}"`,
      ...settingsOf(kind.settings, 'rig', language),
      ...quantities(kind),
    ]),
    '',
  ];
  const quantities = ({ quantities }: RigKind) =>
    Object.entries(quantities).flatMap(([name, { meaning, unit, otherwise }]) => [
      ...comment(unit === '' ? meaning : say.configQuantity({ meaning, unit })),
      `${name} = { is = "${otherwise.is}" }`,
    ]);
  const lines = [
    ...comment(say.configHead()),
    '',
    '[rig]',
    ...settingsOf(RigSettings, 'rig', language),
    '',
    ...WIRE_SETTINGS.options.flatMap((schema) => block('[[wire]]', schema)),
    ...block('[[device]]', DEVICE_SETTINGS),
    ...RIG_KINDS.flatMap(device),
    ...comment(say.configSense()),
    ...SENSE_SCHEMAS.flatMap((schema) => block('level = {…}', schema)),
    ...block('[[lorawan]]', LorawanSettings),
    ...block('[gateway]', GatewaySettings),
    ...block('[[city]]', CitySettings),
    ...block('[[timeline]]', TimelineSettings),
    ...EXPECT_SETTINGS.options.flatMap((schema) => block('[[expect]]', schema)),
  ];
  terminal.write(lines.join('\n').trimEnd());
  return 0;
}
