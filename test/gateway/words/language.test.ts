import { expect, test } from 'vitest';
import { isLanguage, languageOfSystem, takeLanguage } from '../../../gateway/words/language.ts';

test.each([
  [{ LANG: 'ja_JP.UTF-8' }, 'ja'],
  [{ LANG: 'ja' }, 'ja'],
  [{ LANG: 'en_GB.UTF-8' }, 'en'],
  [{ LANG: 'de_DE.UTF-8' }, 'en'],
  [{ LANG: 'C.UTF-8' }, 'en'],
  [{}, 'en'],
  [{ LC_ALL: 'C', LC_MESSAGES: 'ja_JP.UTF-8', LANG: 'ja_JP.UTF-8' }, 'en'],
  [{ LC_ALL: '', LC_MESSAGES: 'ja_JP.UTF-8', LANG: 'C' }, 'ja'],
  [{ LC_CTYPE: 'ja_JP.UTF-8', LANG: 'C' }, 'en'],
] as const)('the system with %o speaks %s', (environment, language) => {
  expect(languageOfSystem(environment)).toBe(language);
});

test.each([
  [['status', 'g.toml'], undefined, ['status', 'g.toml']],
  [['--lang', 'ja', 'status', 'g.toml'], 'ja', ['status', 'g.toml']],
  [['status', '--lang=ja', 'g.toml'], 'ja', ['status', 'g.toml']],
  [['status', '--lang', 'en', 'g.toml', '--lang', 'ja'], 'ja', ['status', 'g.toml']],
  [['status', '--lang'], '', ['status']],
  [['decode', '--', '--lang', 'ja'], undefined, ['decode', '--', '--lang', 'ja']],
])('--lang is taken out of %j', (args, asked, rest) => {
  expect(takeLanguage(args)).toEqual({ asked, rest });
});

test('there are two languages', () => {
  expect(['en', 'ja', 'fr', '', undefined].filter((word) => isLanguage(word))).toEqual(['en', 'ja']);
});
