/** The program that tests and benchmarks start: the bundle, as a box has it. It starts in half the time of the compiled code. */
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

export const PROGRAM = join(repositoryRoot, 'build/bundle/main.js');
