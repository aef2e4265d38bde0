/** Changes a configuration file, and has the running gateway take it up. */
import { MachimoriError, textOf } from '../../shared/errors.ts';
import { listed } from '../../shared/text.ts';
import { differingLines } from '../config/changes.ts';
import { readConfig } from '../config/config.ts';
import { without, withSettings, withTable, writtenValue } from '../config/edit.ts';
import type { Config } from '../config/settings.ts';
import { ConfigVersions } from '../config/versions.ts';
import { askIfRunning, readJson } from '../control/client.ts';
import type { TakenUp } from '../control/config-actions.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { formatFault, loadConfig, readText } from './input.ts';
import type { Terminal } from './terminal.ts';
import { type Called, UsageError } from './verb.ts';
import type { addUsage, applyUsage, removeUsage, setUsage, undoUsage } from './verbs/config.ts';
import { say } from './words/config.ts';

export function set({ args, terminal }: Called<typeof setUsage>): Promise<number> {
  const settings = args.settings.map(assignment);
  return change(args.config, terminal, (text) => withSettings(text, settings));
}

export function add({ args, terminal }: Called<typeof addUsage>): Promise<number> {
  const settings = args.settings.map(assignment);
  return change(args.config, terminal, (text) => withTable(text, args.table, settings));
}

export function remove({ args, terminal }: Called<typeof removeUsage>): Promise<number> {
  return change(args.config, terminal, (text) => without(text, args.setting));
}

export async function apply({ args, terminal }: Called<typeof applyUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  return config === undefined ? 1 : takeUp(config, terminal);
}

export async function undo({ args, options, terminal }: Called<typeof undoUsage>): Promise<number> {
  const config = loadConfig(args.config, terminal);
  if (config === undefined) return 1;
  const versions = new ConfigVersions(config.gateway.dataDirectory);
  const now = readText(args.config);
  const others = versions.names.filter((name) => versions.read(name) !== now);
  if (options.list) {
    for (const name of versions.names) terminal.write(versions.read(name) === now ? `${name} *` : name);
    return 0;
  }
  const wanted = args.version ?? others[0];
  if (wanted === undefined || !versions.names.includes(wanted)) {
    const hint = others.length === 0 ? say.noVersions() : say.versionsAre({ known: listed(versions.names) });
    throw new MachimoriError('no-version', { what: say.noVersion(), on: wanted ?? args.config, hint });
  }
  terminal.print(say.goesBackTo({ version: wanted }));
  return change(args.config, terminal, () => versions.read(wanted));
}

async function change(file: string, terminal: Terminal, edit: (text: string) => string): Promise<number> {
  const text = readText(file);
  const before = readConfig(text, file);
  const changed = edit(text);
  const after = readConfig(changed, file);
  for (const found of after.ok ? after.notes : after.faults) terminal.printError(formatFault(found));
  if (!after.ok) {
    terminal.printError(say.nothingChanged());
    return 1;
  }
  if (changed === text) {
    terminal.print(say.isSoAlready());
    return 0;
  }
  replaceFile(file, Buffer.from(changed), { keepsOwner: true });
  for (const line of differingLines(text, changed)) terminal.write(line);
  // The gateway that runs is found by what the file said before.
  return takeUp(before.ok ? before.config : after.config, terminal);
}

async function takeUp(config: Config, terminal: Terminal): Promise<number> {
  const running = await askIfRunning(config, (ask) => readJson<TakenUp | null>(ask('apply-config', {}))).catch(
    (fault) => {
      if (!(fault instanceof MachimoriError)) throw fault;
      terminal.printError(textOf(fault));
      terminal.printError(say.writtenOnly());
      return 'failed' as const;
    },
  );
  if (running === 'failed') return 1;
  if (running === undefined || running.answer === null) {
    terminal.print(say.noneRuns());
    return 0;
  }
  const { outcome, ports, destinations, trialMs } = running.answer;
  const parts = [...ports, ...destinations];
  if (outcome === 'same') terminal.print(say.same());
  else if (outcome === 'restarts') terminal.print(say.restarts());
  else terminal.print(parts.length === 0 ? say.appliedWithoutParts() : say.applied({ parts: listed(parts) }));
  if (trialMs !== undefined) terminal.print(say.onTrial({ minutes: Math.ceil(trialMs / 60_000) }));
  return 0;
}

/** "device.gauge-01.schedule=*\/5 * * * *". */
function assignment(written: string) {
  const at = written.indexOf('=');
  if (at < 1) throw new UsageError(say.notAssignment({ word: written }));
  return { setting: written.slice(0, at).trim(), value: writtenValue(written.slice(at + 1).trim()) };
}
