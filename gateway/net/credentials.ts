/** Files with secrets, as they are read. */
import { readFileSync } from 'node:fs';
import { MachimoriError, messageOf } from '../../shared/errors.ts';

/** A password, certificate or key. Throws a MachimoriError "broker-credentials" where it cannot be read. */
export function readCredential(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    throw new MachimoriError('broker-credentials', {
      what: `the file cannot be read (${messageOf(cause)})`,
      on: file,
      hint: "Check the path and that the gateway's user may read it",
      cause,
    });
  }
}
