import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The folder of package.json: this file is below it in the sources and, one folder deeper, where it is compiled to. */
export const repositoryRoot = rootAbove(dirname(fileURLToPath(import.meta.url)));

function rootAbove(folder: string): string {
  if (existsSync(`${folder}/package.json`) || folder === dirname(folder)) return folder;
  return rootAbove(dirname(folder));
}
