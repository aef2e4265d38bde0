/** Reads a configuration and says on standard error what is wrong with it; undefined where it cannot be run. */
import { formatFault, readConfigFile } from '../config/config.ts';
import type { Config } from '../config/settings.ts';
import { printError } from './command.ts';

export function loadConfig(file: string): Config | undefined {
  const result = readConfigFile(file);
  for (const found of result.ok ? result.notes : result.faults) printError(formatFault(found).en);
  return result.ok ? result.config : undefined;
}
