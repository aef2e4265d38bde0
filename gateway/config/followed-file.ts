/** The file that a gateway follows, and changes of it: nothing is written unless a gateway could run with it. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { MachimoriError } from '../../shared/errors.ts';
import { replaceFile } from '../machine/whole-file.ts';
import type { LocatedFault } from '../words/fault.ts';
import { differing } from './change.ts';
import { type ConfigResult, type ReadConfig, readConfig } from './config.ts';
import { unreadable } from './document.ts';
import { say } from './edit-words.ts';
import type { Config } from './settings.ts';

export type Edit = (text: string) => string;

/** What would become of a change. */
export interface Checked {
  readonly faults: readonly LocatedFault[];
  readonly notes: readonly LocatedFault[];
  /** Those that differ, as `differing` says them. */
  readonly lines: readonly string[];
}

export class FollowedFile {
  readonly path: string;

  constructor(path: string) {
    this.path = path;
  }

  /** Throws a MachimoriError "config-unreadable". */
  text(): string {
    try {
      return readFileSync(this.path, 'utf8').replace(/^\ufeff/, '');
    } catch (cause) {
      throw unreadable(this.path, cause);
    }
  }

  /** Throws what `text` and the edit throw. */
  check(edit: Edit): Checked {
    const before = this.text();
    const after = edit(before);
    const read = readConfig(after, this.path);
    const all = read.ok ? [...read.notes, ...read.lacking()] : read.faults;
    return {
      faults: all.filter(({ severity }) => severity === 'fault'),
      notes: all.filter(({ severity }) => severity === 'note'),
      lines: differing(before, after),
    };
  }

  /**
   * Writes another text that a gateway called as `running` can take up. `base`: the digest of the text that it was made of; `writing`: is told the
   * text before it is written. Throws what `text` and the edit throw, and a MachimoriError: "config-faulty", "config-identity", "config-changed" (it says something else by now), "file-unwritable".
   */
  change(
    edit: Edit,
    running: Config,
    { base, writing }: { base?: string | undefined; writing(text: string, config: Config): void },
  ): Checked {
    const before = this.text();
    if (base !== undefined && base !== digestOf(before)) {
      throw new MachimoriError('config-changed', {
        what: say.changedMeanwhile(),
        on: this.path,
        hint: say.lookAgain(),
      });
    }
    const after = edit(before);
    const { notes, config } = runnable(readConfig(after, this.path), running);
    if (after !== before) {
      writing(after, config);
      replaceFile(this.path, Buffer.from(after), { keepsOwner: true });
    }
    return { faults: [], notes, lines: differing(before, after) };
  }
}

/** SHA-256, hexadecimal. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** What was read, if a gateway that runs can take it up. Throws a MachimoriError: "config-faulty", "config-identity". */
export function runnable(read: ConfigResult, { file, gateway }: Config): ReadConfig {
  if (!read.ok) {
    const first = read.faults.find(({ severity }) => severity === 'fault');
    throw new MachimoriError('config-faulty', {
      what: say.configFaulty({ line: first?.line ?? 1, what: first?.what ?? '' }),
      on: file,
      hint: first?.mend ?? say.mendFirst(),
    });
  }
  const { id, tenant, dataDirectory } = read.config.gateway;
  if (id === gateway.id && tenant === gateway.tenant && dataDirectory === gateway.dataDirectory) return read;
  throw new MachimoriError('config-identity', { what: say.identityChanged(), on: file, hint: say.startAnew() });
}
