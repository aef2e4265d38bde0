/** Every sentence of the product: complete in each language, with the same gaps, and with a code of its own. */
import { expect, test } from 'vitest';
import { LANGUAGES, type Sentence, type Text, tableOf } from '../../../shared/text.ts';
import { filesOf, isWordsFile, KANA_OR_KANJI, textOfFile } from './product-files.ts';

/** Proper names, which are the same in Japanese. */
const SAME_IN_JAPANESE = [
  'cli.status.lorawan-title',
  'console-page.lorawan',
  'lorawan.a-dev-eui',
  'lorawan.a-join-eui',
  'lorawan.a-dev-addr',
];

interface Found {
  readonly key: string;
  readonly code: string;
  readonly file: string;
  readonly sentence: Sentence;
}

/** Fills every gap. */
const ANYTHING = new Proxy({}, { get: () => 'x' });

async function sentencesOf(file: string): Promise<Found[]> {
  const exported: Record<string, unknown> = await import(
    /* @vite-ignore */ new URL(`../../../${file}`, import.meta.url).href
  );
  return Object.values(exported).flatMap((say) => {
    const table = typeof say === 'object' && say !== null ? tableOf(say) : undefined;
    if (table === undefined) return [];
    const sayings = say as Record<string, (values: object) => Text>; // that is what a table makes
    return Object.entries(table).map(([key, sentence]) => ({
      key,
      code: sayings[key]?.(ANYTHING).code ?? '',
      file,
      sentence,
    }));
  });
}

const PRODUCT = ['shared', 'devices', 'gateway', 'simulators'].flatMap(filesOf);
const files = PRODUCT.filter(isWordsFile);
const all = (await Promise.all(files.map(sentencesOf))).flat();

/** What is filled in; "{count:one|other}" only chooses a word, which another language may not need to choose. */
const gapsOf = (text: string) => [...new Set([...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))].sort();

test('there are sentences, from every room that has any', () => {
  expect(all.length).toBeGreaterThan(300);
  for (const room of ['shared', 'gateway/status', 'gateway/control', 'gateway/cli']) {
    expect(all.some(({ file }) => file.startsWith(room))).toBe(true);
  }
});

test('no code is used twice', () => {
  const codes = all.map(({ code }) => code);
  expect(codes.filter((code, at) => codes.indexOf(code) !== at)).toEqual([]);
});

test('every sentence is complete in every language, with the same gaps', () => {
  const lacking = all.filter(({ sentence }) => LANGUAGES.some((language) => sentence[language].trim() === ''));
  expect(lacking).toEqual([]);
  const different = all.filter(({ sentence: { en, ja } }) => gapsOf(en).join() !== gapsOf(ja).join());
  expect(different).toEqual([]);
});

test('English sentences are in English, Japanese ones in Japanese', () => {
  const notEnglish = all.filter(({ sentence }) => /[\u3000-\u30ff\u3400-\u9fff\uff00-\uffef]/u.test(sentence.en));
  expect(notEnglish).toEqual([]);
  const notJapanese = all.filter(({ code, sentence: { ja } }) => {
    const isOnlyGaps = !/\p{Letter}/u.test(ja.replace(/\{[^}]*\}/g, ''));
    return !KANA_OR_KANJI.test(ja) && !isOnlyGaps && !SAME_IN_JAPANESE.includes(code);
  });
  expect(notJapanese).toEqual([]);
});

test('what a setting must be follows its name in Japanese too: it begins with a particle', () => {
  const afterNames = all.filter(({ sentence: { en } }) => /^must /.test(en));
  expect(afterNames.length).toBeGreaterThan(50);
  expect(afterNames.filter(({ sentence: { ja } }) => !/^[はがをにので]/.test(ja))).toEqual([]);
});

test('no sentence is left over: the product says each of them', () => {
  const product = PRODUCT.filter((file) => !isWordsFile(file))
    .map(textOfFile)
    .join('\n');
  const said = new Set([...product.matchAll(/\.(\w+)\b/g)].map(([, name]) => name));
  expect(all.filter(({ key }) => !said.has(key))).toEqual([]);
});
