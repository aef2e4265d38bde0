/** `machimori setup`: a new box becomes a gateway. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { SEED_FOLDER } from '../setup/seed.ts';
import { setUp } from '../setup/set-up.ts';
import { formatFault } from './input.ts';
import type { Called } from './verb.ts';
import type { setUpUsage } from './verbs/setup.ts';
import { say } from './words/setup.ts';

export async function setup({ args, options, terminal }: Called<typeof setUpUsage>): Promise<number> {
  const folder = join(args.folder, SEED_FOLDER);
  if (!existsSync(folder)) {
    terminal.printError(say.nothingThere({ folder: args.folder }));
    return 1;
  }
  const done = setUp({ folder, root: options.root, at: Date.now() });
  for (const found of done.ok ? done.notes : done.faults) terminal.printError(formatFault(found));
  if (!done.ok) return 1;
  terminal.print(say.done(done));
  if (process.env.INVOCATION_ID === undefined) terminal.print(options.root === '/' ? say.startIt() : say.imageStarts()); // systemd's own goes on
  terminal.print(say.wipe());
  return 0;
}
