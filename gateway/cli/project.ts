import { listed, type Text } from '../../shared/text.ts';
import type { CodecStats } from '../codecs/record.ts';
import type { Config } from '../config/settings.ts';
import { askRegister, readLines } from '../control/client.ts';
import type { Ask } from '../control/messages.ts';
import { takesTenant } from '../destinations/common-settings.ts';
import { loadConfig } from './input.ts';
import { type Cell, table } from './output.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import type { listProjectsUsage, showProjectUsage } from './verbs/lorawan.ts';
import { say } from './words/lorawan.ts';

export async function listProjects({ args, options, terminal }: Called<typeof listProjectsUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const names = config.projects.map(({ name }) => name);
  if (names.length === 0 && !options.json) terminal.print(say.noProjects());
  return show(names, config, { json: options.json, isWhole: false }, terminal);
}

export async function showProject({
  args: { config: file, name },
  options,
  terminal,
}: Called<typeof showProjectUsage>): Promise<number> {
  const config = loadConfig(file, terminal);
  if (config === undefined) return 1;
  const names = config.projects.map((project) => project.name);
  const known = names.length === 0 ? say.none() : listed(names);
  if (name === undefined) throw new UsageError(say.sayWhichProject({ known }));
  if (!names.includes(name)) throw new UsageError(say.noSuchProject({ name, known }));
  return show([name], config, { json: options.json, isWhole: true }, terminal);
}

async function show(
  names: readonly string[],
  config: Config,
  { json, isWhole }: { readonly json: boolean; readonly isWhole: boolean },
  terminal: Terminal,
): Promise<number> {
  const standings = await askRegister(config, async (ask) => {
    const all: Standing[] = [];
    for (const name of names) all.push(await standingOf(name, config, ask)); // few connections are served at once
    return all;
  });
  for (const standing of standings) {
    if (json) {
      terminal.writeJson(JSON.stringify(standing));
      continue;
    }
    terminal.print(summary(standing));
    for (const rows of isWhole ? tablesOf(standing) : []) {
      terminal.write('');
      for (const line of table(rows, terminal)) terminal.write(line);
    }
  }
  return 0;
}

/** A line of the answer to "list-devices". */
interface Listed {
  readonly id: string;
  readonly profile: string;
  readonly readings: number;
  readonly rubbish: number;
  readonly lastAt?: string;
}

interface Standing {
  readonly project: string;
  readonly maxDevices: number;
  readonly uplinksPerHour: number;
  readonly quotaBytes: number;
  readonly destinations: readonly string[];
  readonly devices: readonly Listed[];
  readonly codecs: readonly CodecStats[];
}

async function standingOf(name: string, config: Config, ask: Ask): Promise<Standing> {
  const { projects, destinations } = config;
  const limits = projects.find((each) => each.name === name);
  const devices: Standing['devices'][number][] = [];
  for await (const line of readLines(ask('list-devices', { project: name }))) devices.push(JSON.parse(line));
  const codecs: CodecStats[] = [];
  for await (const line of readLines(ask('list-codecs', { project: name }))) codecs.push(JSON.parse(line));
  return {
    project: name,
    maxDevices: limits?.maxDevices ?? 0,
    uplinksPerHour: limits?.uplinksPerHour ?? 0,
    quotaBytes: limits?.quotaBytes ?? 0,
    destinations: destinations
      .filter((destination) => takesTenant(destination, config, name))
      .map((destination) => destination.name),
    devices,
    codecs,
  };
}

function summary({ project: name, maxDevices, devices, uplinksPerHour, quotaBytes, destinations }: Standing): Text {
  return say.projectLine({
    name,
    devices: devices.length,
    max: maxDevices,
    readings: devices.reduce((sum, device) => sum + device.readings, 0),
    perHour: uplinksPerHour,
    quota: `${(quotaBytes / 1e6).toFixed(0)} MB`,
    destinations: destinations.length === 0 ? say.toNone() : say.toDestinations({ names: listed(destinations) }),
  });
}

/** Its devices, then its codecs. */
function tablesOf({ devices, codecs }: Standing): readonly (readonly (readonly Cell[])[])[] {
  const deviceHeading = [
    say.idColumn(),
    say.profileColumn(),
    say.readingsColumn(),
    say.rubbishColumn(),
    say.lastColumn(),
  ];
  const codecHeading = [say.codecColumn(), say.callsColumn(), say.failuresColumn(), say.lastFaultColumn()];
  return [
    [
      deviceHeading,
      ...devices.map(({ id, profile, readings, rubbish, lastAt }) => [
        id,
        profile,
        readings,
        rubbish,
        lastAt ?? say.never(),
      ]),
    ],
    [codecHeading, ...codecs.map(codecCells)],
  ].filter((rows) => rows.length > 1);
}

function codecCells({ codec, calls, failures, lastFault, suspendedForMs }: CodecStats): readonly Cell[] {
  const counted = Object.entries(failures).map(([code, count]) => `${code} ${count}`);
  const suspended =
    suspendedForMs === undefined ? undefined : say.codecSuspended({ s: Math.ceil(suspendedForMs / 1000) });
  return [codec, calls, counted.length === 0 ? '-' : counted.join(', '), suspended ?? lastFault?.detail ?? '-'];
}
