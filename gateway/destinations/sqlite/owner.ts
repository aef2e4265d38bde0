/** Whose a file of SQLite is (`application_id`), and of which version its tables are (`user_version`); another program's is not touched. */
import { MachimoriError } from '../../../shared/errors.ts';
import { say } from '../archive/words.ts';
import type { Db } from './guarded-file.ts';

export interface Owner {
  readonly applicationId: number;
  readonly version: number;
}

/** Whether the file has this version's tables; false if it is empty. Throws a MachimoriError "archive-too-new" or "archive-not-ours". */
export function checkOwner(db: Db, file: string, { applicationId, version }: Owner): boolean {
  const found = Number(db.pragma('user_version', { simple: true }));
  const owner = Number(db.pragma('application_id', { simple: true }));
  const isEmpty = db.prepare('SELECT COUNT(*) FROM sqlite_schema').pluck().get() === 0;
  if (!isEmpty && owner !== applicationId) {
    throw new MachimoriError('archive-not-ours', { what: say.notOurs(), on: file, hint: say.otherFile() });
  }
  if (found > version) {
    const what = say.tooNew({ found, known: version });
    throw new MachimoriError('archive-too-new', { what, on: file, hint: say.updateGateway() });
  }
  return found === version;
}

/**
 * Makes the tables of an empty file; leaves one alone that has them. Throws what `checkOwner` does, and SQLITE_BUSY while another process
 * writes.
 */
export function makeTables(db: Db, file: string, owner: Owner, make: () => void): void {
  if (checkOwner(db, file, owner)) return;
  const { applicationId, version } = owner;
  db.transaction(() => {
    if (Number(db.pragma('user_version', { simple: true })) === version) return; // another process was faster
    make();
    db.pragma(`application_id = ${applicationId}`);
    db.pragma(`user_version = ${version}`);
  }).immediate();
}
