import { printDefaultConfig } from '../config/print-default.ts';
import type { Called } from './verb.ts';

export async function config({ terminal }: Called): Promise<number> {
  terminal.write(printDefaultConfig(terminal.language).trimEnd());
  return 0;
}
