/** Product code says nothing of its own: its sentences are in words files, whole, and never glued together. */
import { expect, test } from 'vitest';
import { filesOf, isWordsFile, KANA_OR_KANJI, textOfFile } from './product-files.ts';

/** What looks like a sentence and is data: punctuation to lay text out by, and the names of rivers' thresholds. */
const DATA = ['gateway/words/layout.ts', 'gateway/console/page/levels.ts', 'simulators/town/scenarios.ts'];

const files = ['shared', 'devices', 'gateway', 'simulators']
  .flatMap(filesOf)
  .filter((file) => !isWordsFile(file) && !DATA.includes(file));

test.each(files)('%s speaks through words files', (file) => {
  const lines = textOfFile(file).split('\n');
  const offending = lines.filter(
    (line) =>
      KANA_OR_KANJI.test(line) || /\.(en|ja)\}|\$\{say\.|\{\s*en:/.test(line) || /say\.\w+\(.*\)\.(en|ja)\b/.test(line),
  );
  expect(offending).toEqual([]);
});
