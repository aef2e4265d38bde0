/** Files that a verb is given: configurations, and others. */
import { createReadStream, readFileSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import { type ReadConfig, readConfigFile } from '../config/config.ts';
import type { Config } from '../config/settings.ts';
import type { LocatedFault } from '../words/fault.ts';
import type { Terminal } from './terminal.ts';
import { say as carry } from './words/carry.ts';
import { say } from './words/general.ts';

/** Reads a configuration and prints its faults to standard error; undefined if it cannot be run. */
export function loadConfig(file: string, terminal: Terminal): Config | undefined {
  return readAndTell(file, terminal)?.config;
}

/** The same, with the text that it was read from. */
export function readAndTell(file: string, terminal: Terminal): ReadConfig | undefined {
  const result = readConfigFile(file);
  for (const found of result.ok ? result.notes : result.faults) terminal.printError(formatFault(found));
  return result.ok ? result : undefined;
}

/** A fault as one line. */
export function formatFault({ file, line, severity, what, mend }: LocatedFault): Text {
  return severity === 'note' ? say.configNote({ file, line, what, mend }) : say.configFault({ file, line, what, mend });
}

/** Throws a MachimoriError "file-unreadable". */
export function readText(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    throw unreadable(file, cause, say.checkPath());
  }
}

/** A file piece by piece. Throws a MachimoriError "file-unreadable". */
export async function* readFilePieces(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of createReadStream(file)) yield piece as Uint8Array; // no encoding was asked for
  } catch (cause) {
    throw unreadable(file, cause, carry.checkStick());
  }
}

function unreadable(on: string, cause: unknown, hint: Text): MachimoriError {
  return new MachimoriError('file-unreadable', {
    what: say.fileUnreadable({ why: messageOf(cause) }),
    on,
    hint,
    cause,
  });
}
