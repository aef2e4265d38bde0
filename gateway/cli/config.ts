import { printDefaultConfig } from '../config/print-default.ts';
import type { Called } from './verb.ts';

export async function config({ terminal }: Called): Promise<number> {
  terminal.write(printDefaultConfig().trimEnd());
  return 0;
}
