/**
 * The configurations that a gateway has run with, in `config-versions/` of its data directory, by the time at which each was taken up.
 * Bounds: the last `maxVersions`; the oldest go first, but for the one that a trial goes back to. Only the gateway's user may read them.
 */
import { existsSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { MachimoriError } from '../../shared/errors.ts';
import { isoTime } from '../../shared/reading.ts';
import { listed } from '../../shared/text.ts';
import { makeFolder } from '../machine/make-folder.ts';
import { replaceFile } from '../machine/whole-file.ts';
import { say } from './edit-words.ts';

/** In the data directory. */
export const VERSIONS_FOLDER = 'config-versions';
export const maxVersions = 10;
const NAME = /^(\d{4}-\d\d-\d\dT\d\d)-(\d\d)-(\d\d\.\d{3}Z)\.toml$/;

export class ConfigVersions {
  readonly #folder: string;

  constructor(dataDirectory: string) {
    this.#folder = join(dataDirectory, VERSIONS_FOLDER);
  }

  /** Their names, the newest first. */
  get names(): readonly string[] {
    if (!existsSync(this.#folder)) return [];
    return readdirSync(this.#folder)
      .filter((name) => NAME.test(name))
      .toSorted()
      .toReversed();
  }

  /** Throws the system's error. */
  read(name: string): string {
    return readFileSync(join(this.#folder, name), 'utf8');
  }

  /** The text of one of them, or of the newest that says something else than `now`. Throws a MachimoriError "no-version". */
  find(name: string | undefined, now: string): { readonly name: string; readonly text: string } {
    const { names } = this;
    const found = name ?? names.find((each) => this.read(each) !== now);
    if (found !== undefined && names.includes(found)) return { name: found, text: this.read(found) };
    const isNone = names.every((each) => this.read(each) === now);
    throw new MachimoriError('no-version', {
      what: say.noVersion(),
      on: name ?? this.#folder,
      hint: isNone ? say.noVersions() : say.versionsAre({ known: listed(names) }),
    });
  }

  /**
   * Keeps a configuration, unless it is the newest already, and returns its name. `at`: epoch ms. `back`: one that is not deleted for it.
   * Throws what `replaceFile` throws.
   */
  keep(text: string, at: number, back?: string): string {
    const [newest] = this.names;
    if (newest !== undefined && this.read(newest) === text) return newest;
    makeFolder(this.#folder);
    const name = `${isoTime(this.#after(newest, at)).replaceAll(':', '-')}.toml`;
    replaceFile(join(this.#folder, name), Buffer.from(text));
    for (const old of this.names.slice(maxVersions)) if (old !== back) rmSync(join(this.#folder, old), { force: true });
    return name;
  }

  /** Deletes those that hold a text, but for the one that is `kept`. Throws the system's error. */
  forget(text: string, kept: string): void {
    for (const name of this.names) {
      const version = this.read(name);
      if (version !== kept && version.includes(text)) rmSync(join(this.#folder, name), { force: true });
    }
  }

  /** Where the clock was set back, the next is later than the last all the same. */
  #after(newest: string | undefined, at: number): number {
    return newest === undefined ? at : Math.max(at, timeOf(newest) + 1);
  }
}

/** Epoch ms at which a version was taken up. */
export function timeOf(name: string): number {
  return Date.parse(name.replace(NAME, '$1:$2:$3'));
}
