/** Product code says nothing of its own: its sentences are in words files, whole, and never glued together. */
import { expect, test } from 'vitest';
import { filesOf, isWordsFile, KANA_OR_KANJI, textOfFile } from './product-files.ts';

/** The rooms whose sentences have moved into words files; all of the product in the end. */
const ROOMS = ['gateway/main.ts', 'gateway/cli', 'gateway/control', 'gateway/status', 'gateway/words'];

const files = ROOMS.flatMap(filesOf).filter((file) => !isWordsFile(file));

test.each(files)('%s speaks through words files', (file) => {
  const lines = textOfFile(file).split('\n');
  const offending = lines.filter(
    (line) =>
      KANA_OR_KANJI.test(line) || /\.(en|ja)\}|\$\{say\.|\{\s*en:/.test(line) || /say\.\w+\(.*\)\.(en|ja)\b/.test(line),
  );
  expect(offending).toEqual([]);
});
