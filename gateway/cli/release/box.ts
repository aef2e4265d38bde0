/** `machimori release list|install|take-up|roll-back`: what this box runs, and what it runs next. */
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { arch } from 'node:os';
import * as v from 'valibot';
import { MachimoriError, textOf } from '../../../shared/errors.ts';
import type { Text } from '../../../shared/text.ts';
import { type LastTrial, RELEASES, readLast, readTrial, whyText } from '../../update/box-state.ts';
import { readHanded, removeHanded, updateFolderOf, writeRefusal } from '../../update/hand-over.ts';
import { type Architecture, architectureOf, compareVersions, versionSchema } from '../../update/manifest.ts';
import { currentIn, putRelease } from '../../update/put-release.ts';
import { releasesIn } from '../../update/release-folder.ts';
import { KEY_FOLDERS, readTrustedKeys } from '../../update/trusted-keys.ts';
import { printList } from '../output.ts';
import type { Terminal } from '../terminal.ts';
import { type Called, UsageError } from '../verb.ts';
import type { installReleaseUsage, listReleasesUsage, rollBackUsage, takeUpReleaseUsage } from '../verbs/release.ts';
import { say } from '../words/release.ts';

/** Of the Debian package; a release does not bring it. */
const script = '/usr/lib/machimori/releases';
const releases = process.env.MACHIMORI_RELEASES ?? RELEASES;

export async function listReleases({ options, terminal }: Called<typeof listReleasesUsage>): Promise<number> {
  const [current, trial, last] = [currentIn(releases), readTrial(releases), readLast(releases)];
  const versions = existsSync(releases) ? readdirSync(releases).filter((name) => v.is(versionSchema, name)) : [];
  const lines = versions
    .toSorted((a, b) => compareVersions(b, a))
    .map((version) => ({ version, runs: version === current, onTrial: version === trial?.version }));
  const list = {
    heading: [say.versionColumn(), say.stateColumn()],
    none: say.noReleases(),
    json: options.json,
    cells(line: string) {
      const { version, runs, onTrial } = JSON.parse(line) as (typeof lines)[number]; // from just above
      return [version, runs ? (onTrial ? say.runsOnTrial() : say.runs()) : say.ready()];
    },
  };
  await printList(jsonOf(lines), list, terminal);
  if (last !== undefined && !options.json) terminal.print(endOf(last));
  return 0;
}

async function* jsonOf(lines: readonly unknown[]): AsyncGenerator<string> {
  for (const line of lines) yield JSON.stringify(line);
}

function endOf({ version, previous, outcome, why, at }: LastTrial): Text {
  return outcome === 'confirmed'
    ? say.lastConfirmed({ version, at })
    : say.lastTakenBack({ version, previous, at, why: whyText(why) });
}

export async function installRelease({ args, terminal }: Called<typeof installReleaseUsage>): Promise<number> {
  const architecture = ownArchitecture();
  const own = releasesIn(args.folder).filter((each) => each.architecture === architecture);
  const version = args.version ?? own[0]?.version;
  if (version === undefined) throw new UsageError(say.noneForThis({ architecture, folder: args.folder }));
  terminal.print(say.putting({ version }));
  const keys = await readTrustedKeys(KEY_FOLDERS, ({ text }) => terminal.printError(text));
  const name = { version, architecture };
  await putRelease({ from: args.folder, name, keys, releases, architecture, mayBeOlder: true });
  runScript('take-up', version);
  tell(version, terminal);
  return 0;
}

/** For the unit that waits for what the gateway hands over: whatever is wrong with it is said to the gateway, and done with. */
export async function takeUpRelease({ options, terminal }: Called<typeof takeUpReleaseUsage>): Promise<number> {
  let number = '';
  try {
    const handed = readHanded(options.data);
    if (handed === undefined) {
      terminal.print(say.nothingHanded());
      return 0;
    }
    number = handed.number;
    const keys = await readTrustedKeys(KEY_FOLDERS, ({ text }) => terminal.printError(text));
    const architecture = ownArchitecture();
    await putRelease({
      from: updateFolderOf(options.data),
      name: handed,
      keys,
      releases,
      architecture,
      mayBeOlder: false,
    });
    runScript('take-up', handed.version);
    removeHanded(options.data); // cut off before, it is taken up again, which changes nothing
    tell(handed.version, terminal);
    return 0;
  } catch (fault) {
    removeHanded(options.data); // first: on a full disk the unit would begin again and again
    writeRefusal(releases, number, textOf(fault));
    terminal.printError(textOf(fault));
    return 1;
  }
}

export async function rollBack({ terminal }: Called<typeof rollBackUsage>): Promise<number> {
  checkScript();
  if (readTrial(releases) === undefined) throw new UsageError(say.noTrial());
  runScript('roll-back');
  terminal.print(say.takenUp({ version: currentIn(releases) ?? '' }));
  return 0;
}

function tell(version: string, terminal: Terminal): void {
  const trial = readTrial(releases);
  const isOnTrial = trial !== undefined && trial.version === version;
  terminal.print(isOnTrial ? say.onTrial({ version, previous: trial.previous }) : say.takenUp({ version }));
}

function checkScript(): void {
  if (!existsSync(script)) throw new UsageError(say.noScript({ script }));
}

function runScript(...args: readonly string[]): void {
  checkScript();
  try {
    execFileSync(script, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  } catch (cause) {
    const what = say.scriptFailed({ command: args.join(' ') });
    throw new MachimoriError('releases-script', { what, on: releases, hint: say.seeAbove(), cause });
  }
}

function ownArchitecture(): Architecture {
  const own = architectureOf(arch());
  if (own === undefined) throw new UsageError(say.unknownArchitecture({ architecture: arch() }));
  return own;
}
