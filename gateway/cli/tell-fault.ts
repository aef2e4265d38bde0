/** What a verb throws, as the person at the terminal sees it. */
import { writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MachimoriError, messageOf, textOf } from '../../shared/errors.ts';
import type { Text } from '../../shared/text.ts';
import type { Terminal } from './terminal.ts';
import { say } from './words/general.ts';

/** The exit code: it could not be done. */
export function tellFault(fault: unknown, terminal: Terminal): 1 {
  if (fault instanceof MachimoriError) terminal.printError(textOf(fault));
  else terminal.printError(say.internal({ why: textOf(fault), report: reportOf(fault) }));
  return 1;
}

/** Where a fault that nobody foresaw is written down for those who must mend it: a stack is no message for a person. */
function reportOf(fault: unknown): Text {
  const file = join(tmpdir(), `machimori-fault-${process.pid}.txt`);
  try {
    writeFileSync(file, `${fault instanceof Error ? fault.stack : messageOf(fault)}\n`, { mode: 0o600, flag: 'wx' });
    return say.withReport({ file });
  } catch {
    return say.withoutReport();
  }
}
