/**
 * The `openssl` of this machine, 1.1.1 or later, which makes keys, certificates and revocation lists. It is run at a hub only, and only when
 * somebody is enrolled with a certificate. It gets a configuration of its own, so that the machine's does not matter.
 */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { codeOf, MachimoriError, messageOf } from '../../shared/errors.ts';
import { foreign } from '../../shared/text.ts';
import { say } from './words.ts';

const run = promisify(execFile);
const withinMs = 30_000;

/** In `folder`. Throws a MachimoriError "no-openssl" or "openssl-failed". */
export async function openssl(folder: string, args: readonly string[]): Promise<string> {
  try {
    return (await run('openssl', args, { cwd: folder, timeout: withinMs })).stdout;
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') {
      throw new MachimoriError('no-openssl', {
        what: say.noOpenssl(),
        on: 'openssl',
        hint: say.installOpenssl(),
        cause,
      });
    }
    const { stderr = '' } = cause as { readonly stderr?: string }; // of execFile
    const why = foreign(stderr.trim().split('\n').at(-1) || messageOf(cause));
    throw new MachimoriError('openssl-failed', {
      what: say.opensslFailed({ verb: args[0] ?? '', why }),
      on: folder,
      hint: say.checkOpenssl(),
      cause,
    });
  }
}
