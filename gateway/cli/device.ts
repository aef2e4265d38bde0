import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { parseArgs } from 'node:util';
import * as v from 'valibot';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import { toKebab } from '../config/case.ts';
import type { Config } from '../config/settings.ts';
import { type Ask, askRegister, readJson, readLines, shareWithGroupOf } from '../control/client.ts';
import { type DeviceLine, readDeviceTable, readKeys, readQrCode } from '../lorawan/device-list.ts';
import { KeyVault } from '../lorawan/key-vault.ts';
import { registerFileOf } from '../lorawan/register.ts';
import { type NewDevice, newDevice } from '../lorawan/registered-device.ts';
import { type Command, given, print, printError, UsageError } from './command.ts';
import { loadConfig } from './load-config.ts';
import { printList } from './print-list.ts';

const OPTIONS = {
  id: { type: 'string' },
  'dev-eui': { type: 'string' },
  'join-eui': { type: 'string' },
  qr: { type: 'string' },
  'key-file': { type: 'string' },
  profile: { type: 'string' },
  project: { type: 'string' },
  version: { type: 'string' },
  abp: { type: 'boolean', default: false },
  chirpstack: { type: 'boolean', default: false },
  'dev-addr': { type: 'string' },
  'allow-counter-reset': { type: 'boolean', default: false },
  group: { type: 'string' },
  place: { type: 'string' },
  threshold: { type: 'string', multiple: true },
  range: { type: 'string', multiple: true },
  import: { type: 'string' },
  strangers: { type: 'boolean', default: false },
  json: { type: 'boolean', default: false },
} as const;

type Words = ReturnType<typeof parseArgs<{ options: typeof OPTIONS; allowPositionals: true }>>['values'];

export const device: Command = {
  name: 'device',
  arguments: 'add|list|remove <config.toml> [id…] [options]',
  summary: 'LoRaWAN devices: registers them, shows them, removes them; also while the gateway runs',
  help: [
    'add                    registers one device, or with --import those of a table',
    '  --id ID              its name in every reading',
    '  --dev-eui, --join-eui EUI   as printed on it; or --qr TEXT, the text of its QR code (LoRa Alliance TR005)',
    '  --profile NAME       a [[profile]] of type "lorawan"',
    '  --key-file FILE|-    its AppKey (hexadecimal), or lines such as "AppKey = …"; "-" reads standard input. Keys are never words of',
    '                       the command line, where others could see them, and are never shown again',
    '  --project NAME       whose it is (default: the tenant of the gateway)',
    '  --version V          1.0.2, 1.0.3, 1.0.4 or 1.1 (default 1.0.3)',
    '  --abp --dev-addr ADDR       a device with fixed session keys (NwkSKey and AppSKey, in the key file)',
    '  --allow-counter-reset       ABP: it may count its frames from the beginning again; frames could then be replayed',
    '  --chirpstack         a ChirpStack has its keys',
    '  --group NAME, --place LAT,LON[,NAME]',
    '  --threshold NAME,QUANTITY,RAISE,CLEAR   an alarm; may be repeated',
    '  --range QUANTITY,MIN,MAX    marks values outside; may be repeated',
    '  --import FILE.csv    columns: id, dev_eui, join_eui, app_key, profile; also nwk_key, dev_addr, nwk_s_key, app_s_key, project,',
    '                       version, group, lat, lon, place. All of them are registered, or none',
    'list                   shows them; --project NAME, --json; --strangers: devices that want to join and are not registered',
    'remove ID…             forgets them, their keys and their sessions',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({ args: [...args], allowPositionals: true, options: OPTIONS });
    const [action, file, ...ids] = positionals;
    if (action !== 'add' && action !== 'list' && action !== 'remove') {
      throw new UsageError('Say what to do: add, list or remove');
    }
    const config = loadConfig(given(file, 'The configuration file'));
    if (config === undefined) return 1;
    if (action === 'remove') {
      if (ids.length === 0) throw new UsageError('Say which: the ids of the devices');
      return askRegister(config, (ask) => remove(ask, ids));
    }
    if (ids.length > 0) throw new UsageError(`"${ids.join(' ')}" is too much`);
    if (action === 'list')
      return askRegister(config, (ask) => (values.strangers ? strangers(ask, values) : list(ask, values)));
    const devices =
      values.import === undefined ? [fromWords(values, config)] : fromTable(values.import, values, config);
    // A running gateway may not be allowed to write beside its configuration.
    if (!existsSync(config.lorawan.keyFile) && !existsSync(registerFileOf(config))) {
      KeyVault.openOrCreate(config.lorawan.keyFile);
      shareWithGroupOf(dirname(config.lorawan.keyFile), config.lorawan.keyFile);
      printError(
        `Keys are encrypted under ${config.lorawan.keyFile}: keep a copy in a safe place. 控えを安全な場所に保管してください。`,
      );
    }
    return askRegister(config, (ask) => add(ask, devices));
  },
};

async function add(ask: Ask, devices: readonly NewDevice[]): Promise<number> {
  const { added } = await readJson<{ added: number }>(ask('add-devices', { devices }));
  print(`${added} devices are registered. ${added}台を登録しました。`);
  return 0;
}

async function remove(ask: Ask, ids: readonly string[]): Promise<number> {
  const { removed } = await readJson<{ removed: number }>(ask('remove-devices', { ids }));
  print(`${removed} devices were removed. ${removed}台を削除しました。`);
  return 0;
}

async function list(ask: Ask, { json, project }: Words): Promise<number> {
  await printList(readLines(ask('list-devices', project === undefined ? {} : { project })), {
    heading: 'id  DevEUI  profile  project  activation  readings 測定値  rubbish 不良  last 最終受信',
    none: 'No device is registered. 登録された機器はありません。',
    json,
    describe: (row) => describe(JSON.parse(row)),
  });
  return 0;
}

/** A line of the answer to "list-devices". */
interface Listed {
  readonly id: string;
  readonly devEui: string;
  readonly profile: string;
  readonly project: string;
  readonly activation: string;
  readonly version: string;
  readonly readings: number;
  readonly rubbish: number;
  readonly lastAt?: string;
}

function describe({ id, devEui, profile, project, activation, version, readings, rubbish, lastAt }: Listed): string {
  return [id, devEui, profile, project, `${activation} ${version}`, readings, rubbish, lastAt ?? 'never なし'].join(
    '  ',
  );
}

async function strangers(ask: Ask, { json }: Words): Promise<number> {
  await printList(readLines(ask('list-strangers', {})), {
    heading: 'DevEUI  JoinEUI  station 基地局  last 最終受信',
    none: 'No unknown device wants to join. 未登録の機器からの参加要求はありません。',
    json,
    describe(row) {
      const { devEui, joinEui = '-', station, at } = JSON.parse(row) as Record<string, string | number>;
      return [devEui, joinEui, station, new Date(Number(at)).toISOString()].join('  ');
    },
  });
  return 0;
}

function fromWords(words: Words, { gateway }: Config): NewDevice {
  if (words.id === undefined) throw new UsageError('--id is missing');
  if (words.profile === undefined) throw new UsageError('--profile is missing');
  if (words.abp && words.chirpstack) throw new UsageError('--abp and --chirpstack exclude each other');
  const qr = words.qr === undefined ? undefined : readQrCode(words.qr);
  const devEui = words['dev-eui'] ?? qr?.devEui;
  if (devEui === undefined) throw new UsageError('--dev-eui or --qr is missing');
  return checked('the device', {
    id: words.id,
    project: words.project ?? gateway.tenant,
    devEui,
    joinEui: words['join-eui'] ?? qr?.joinEui,
    activation: words.abp ? 'abp' : words.chirpstack ? 'chirpstack' : 'otaa',
    version: words.version ?? '1.0.3',
    devAddr: words['dev-addr'],
    allowsCounterReset: words['allow-counter-reset'],
    profile: words.profile,
    group: words.group,
    place: words.place === undefined ? undefined : placeOf(words.place),
    threshold: words.threshold?.map(thresholdOf) ?? [],
    range: words.range?.map(rangeOf) ?? [],
    keys: words['key-file'] === undefined ? {} : readKeys(readText(words['key-file']), nameOf(words['key-file'])),
  });
}

function fromTable(file: string, words: Words, { gateway }: Config): readonly NewDevice[] {
  const lines = readDeviceTable(readText(file), nameOf(file));
  if (lines.length === 0)
    throw new MachimoriError('bad-list', { what: 'it lists no device', on: file, hint: 'Add lines' });
  printError(`${lines.length} devices in ${nameOf(file)} …`);
  return lines.map((line) => checked(`${nameOf(file)}:${line.line}`, fromLine(line, words, gateway.tenant)));
}

function fromLine({ cells }: DeviceLine, words: Words, tenant: string): Readonly<Record<string, unknown>> {
  const { id, devEui, joinEui, appKey, nwkKey, nwkSKey, appSKey, devAddr, profile, project, version, group } = cells;
  const { lat, lon, place } = cells;
  const hasPlace = lat !== undefined || lon !== undefined || place !== undefined;
  return {
    id: id ?? devEui?.toLowerCase(),
    project: project ?? words.project ?? tenant,
    devEui,
    joinEui,
    activation: words.chirpstack ? 'chirpstack' : devAddr === undefined ? 'otaa' : 'abp',
    version: version ?? words.version ?? '1.0.3',
    devAddr,
    allowsCounterReset: words['allow-counter-reset'],
    profile: profile ?? words.profile,
    group: group ?? words.group,
    place: hasPlace ? whole({ lat: numberIn(lat), lon: numberIn(lon), name: place }) : undefined,
    keys: whole({ appKey, nwkKey, nwkSKey, appSKey }),
  };
}

/** Throws a MachimoriError "bad-device"; a key is not repeated in it. */
function checked(on: string, members: Readonly<Record<string, unknown>>): NewDevice {
  const result = v.safeParse(newDevice, whole(members));
  if (result.success) return result.output;
  const [issue] = result.issues;
  const setting = toKebab(v.getDotPath(issue) ?? 'it');
  throw new MachimoriError('bad-device', {
    what: `${setting} ${issue.message}`,
    on,
    hint: 'Correct it; nothing was registered',
  });
}

/** Without the members that are undefined. */
function whole(members: Readonly<Record<string, unknown>>): object {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
}

function numberIn(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}

function placeOf(words: string): object {
  const [lat = '', lon = '', ...name] = words.split(',');
  if ([lat, lon].some((word) => word.trim() === '' || Number.isNaN(Number(word)))) {
    throw new UsageError('--place must be LAT,LON or LAT,LON,NAME, such as 36.6953,137.2113,"Toyama station"');
  }
  return whole({ lat: numberIn(lat), lon: numberIn(lon), name: name.length > 0 ? name.join(',') : undefined });
}

function thresholdOf(words: string): object {
  const [alarm, quantity, raise, clear, ...rest] = words.split(',');
  if (alarm === undefined || quantity === undefined || raise === undefined || clear === undefined || rest.length > 0) {
    throw new UsageError('--threshold must be NAME,QUANTITY,RAISE,CLEAR');
  }
  return { alarm, quantity, raise: Number(raise), clear: Number(clear) };
}

function rangeOf(words: string): object {
  const [quantity, min, max, ...rest] = words.split(',');
  if (quantity === undefined || min === undefined || max === undefined || rest.length > 0) {
    throw new UsageError('--range must be QUANTITY,MIN,MAX; one of the two may be empty');
  }
  const bound = (text: string) => (text === '' ? undefined : Number(text));
  return whole({ quantity, min: bound(min), max: bound(max) });
}

function nameOf(file: string): string {
  return file === '-' ? 'standard input' : basename(file);
}

function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw new MachimoriError('file-unreadable', {
      what: `it cannot be read (${messageOf(cause)})`,
      on: file,
      hint: 'Check the path and the permissions',
      cause,
    });
  }
}
