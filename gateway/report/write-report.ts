/** Writes a report into a folder: the page, and the tables beside it. Files of these names are replaced, each whole; others stay. */
import { mkdirSync, renameSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { MachimoriError, messageOf } from '../../shared/errors.ts';
import type { Language } from '../../shared/text.ts';
import { csvTables } from './csv-tables.ts';
import { pageOf } from './page/page.ts';
import { loadScales } from './page/plots.ts';
import type { About } from './page/sheet.ts';
import type { MonthTally } from './tally/month-tally.ts';
import { Voice } from './voice.ts';
import { say } from './words.ts';

/** Rejects with a MachimoriError: "plots-missing", "report-unwritable". */
export async function writeReport(folder: string, month: MonthTally, about: About, language: Language): Promise<void> {
  const voice = new Voice(language, about.period.timeZone);
  const page = pageOf({ month, about, voice, scales: await loadScales() });
  const files: [name: string, text: Iterable<string>][] = [
    ...Object.entries(csvTables(month, voice)),
    ['report.html', [page]],
  ];
  try {
    mkdirSync(folder, { recursive: true });
    for (const [name, text] of files) await writeWhole(join(folder, name), text);
  } catch (cause) {
    const what = say.unwritable({ why: messageOf(cause) });
    throw new MachimoriError('report-unwritable', { what, on: folder, hint: say.checkFolder(), cause });
  }
}

async function writeWhole(file: string, text: Iterable<string>): Promise<void> {
  const part = `${file}.part`;
  try {
    await writeFile(part, text);
    renameSync(part, file);
  } catch (fault) {
    rmSync(part, { force: true });
    throw fault;
  }
}
