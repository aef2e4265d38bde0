/** What tests start as the command line: the bundle, as a box has it (`test/build.ts` makes it). It starts in half the time of the compiled code. */
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

export const PROGRAM = join(repositoryRoot, 'build/bundle/main.js');
