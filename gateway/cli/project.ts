import { parseArgs } from 'node:util';
import type { Config } from '../config/settings.ts';
import { type Ask, askRegister, readLines } from '../control/client.ts';
import { tenantsOf } from '../destinations/common-settings.ts';
import { type Command, given, print, UsageError } from './command.ts';
import { loadConfig } from './load-config.ts';

export const project: Command = {
  name: 'project',
  arguments: 'list|show <config.toml> [name] [--json]',
  summary: 'outside projects: what each may, what it has, and how its codecs fare',
  help: [
    'list    a line for each [[project]] of the configuration',
    'show    one of them: its limits, devices, destinations, and its codecs since the gateway started',
    'A project is a [[project]] table with its limits; its readings go to the [[destination]] whose tenant it is, and its devices are',
    'registered with: machimori device add … --project NAME',
  ].join('\n'),
  async run(args) {
    const { values, positionals } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: { json: { type: 'boolean', default: false } },
    });
    const [action, file, name, ...rest] = positionals;
    if (action !== 'list' && action !== 'show') throw new UsageError('Say what to do: list or show');
    if (rest.length > 0) throw new UsageError(`"${rest.join(' ')}" is too much`);
    const config = loadConfig(given(file, 'The configuration file'));
    if (config === undefined) return 1;
    const wanted = action === 'list' ? config.projects : config.projects.filter((each) => each.name === name);
    if (action === 'show' && name === undefined) throw new UsageError(`Say which; there are: ${namesOf(config)}`);
    if (action === 'show' && wanted.length === 0) {
      throw new UsageError(`There is no project "${name}"; there are: ${namesOf(config)}`);
    }
    const standings = await askRegister(config, async (ask) => {
      const all: Standing[] = [];
      for (const { name: own } of wanted) all.push(await standingOf(own, config, ask)); // few connections are served at once
      return all;
    });
    if (values.json) for (const standing of standings) print(JSON.stringify(standing));
    else if (standings.length === 0) print('There is no project. プロジェクトはありません。');
    else for (const standing of standings) for (const line of describe(standing, action === 'show')) print(line);
    return 0;
  },
};

interface Standing {
  readonly project: string;
  readonly maxDevices: number;
  readonly uplinksPerHour: number;
  readonly quotaBytes: number;
  readonly destinations: readonly string[];
  readonly devices: readonly { readonly id: string; readonly readings: number; readonly rubbish: number }[];
  readonly codecs: readonly Record<string, unknown>[];
}

async function standingOf(name: string, config: Config, ask: Ask): Promise<Standing> {
  const { projects, destinations } = config;
  const limits = projects.find((each) => each.name === name);
  const devices: Standing['devices'][number][] = [];
  for await (const line of readLines(ask('list-devices', { project: name }))) devices.push(JSON.parse(line));
  const codecs: Record<string, unknown>[] = [];
  for await (const line of readLines(ask('list-codecs', { project: name }))) codecs.push(JSON.parse(line));
  return {
    project: name,
    maxDevices: limits?.maxDevices ?? 0,
    uplinksPerHour: limits?.uplinksPerHour ?? 0,
    quotaBytes: limits?.quotaBytes ?? 0,
    destinations: destinations
      .filter((destination) => tenantsOf(destination, config).includes(name))
      .map((destination) => destination.name),
    devices,
    codecs,
  };
}

function describe(
  { project: name, maxDevices, uplinksPerHour, quotaBytes, destinations, devices, codecs }: Standing,
  isWhole: boolean,
): string[] {
  const readings = devices.reduce((sum, device) => sum + device.readings, 0);
  const quota = `${(quotaBytes / 1e6).toFixed(0)} MB`;
  const to = destinations.length === 0 ? 'no destination 送信先なし' : `to 送信先 ${destinations.join(', ')}`;
  const head = `${name}: ${devices.length} of ${maxDevices} devices 機器, ${readings} readings 測定値, ${uplinksPerHour}/h, quota ${quota}, ${to}`;
  if (!isWhole) return [head];
  return [
    head,
    ...devices.map((each) => `  ${each.id}: ${each.readings} readings 測定値, ${each.rubbish} rubbish 不良`),
    ...codecs.map((codec) => `  codec ${JSON.stringify(codec)}`),
  ];
}

function namesOf({ projects }: Config): string {
  return projects.map(({ name }) => name).join(', ') || 'none';
}
