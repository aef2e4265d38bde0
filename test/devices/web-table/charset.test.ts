import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentText } from '../../../devices/web-table/charset.ts';
import { encodeJapanese } from '../../../simulators/web-source/japanese-encoder.ts';

const text = '観測所,水位(m)\r\n引地橋,△0.12\r\n髙橋①,1.23\r\n';
const utf8 = Buffer.from(text);
const sjis = encodeJapanese(text, 'shift_jis');
const eucjp = encodeJapanese(text, 'euc-jp');

test('the bytes are those of the encodings', () => {
  expect(Buffer.from(encodeJapanese('水位', 'shift_jis')).toString('hex')).toBe('9085' + '88ca'); // JIS X 0208: 3165, 304C
  expect(Buffer.from(encodeJapanese('水位', 'euc-jp')).toString('hex')).toBe('bfe5' + 'b0cc');
});

test.each([
  ['UTF-8', utf8],
  ['Shift_JIS', sjis],
  ['EUC-JP', eucjp],
  ['ISO-2022-JP', Buffer.from('\x1b$BFI\x1b(B', 'latin1')],
  ['UTF-8 with its mark', Buffer.from(`\ufeff${text}`)],
  ['UTF-16 with its mark', Buffer.from(`\ufeff${text}`, 'utf16le')],
] as const)('%s is recognised although nobody says it', (name, bytes) => {
  expect(documentText(bytes)).toBe(name === 'ISO-2022-JP' ? '読' : text);
});

test.each([
  undefined,
  'text/html',
  'text/html; charset=utf-8',
  'text/csv; charset="EUC-JP"',
  'charset=nonsense',
  'text/csv;charset=cp932',
])('a wrong declaration does no harm: %s', (declared) => {
  expect(documentText(sjis, declared)).toBe(text);
  expect(documentText(utf8, declared)).toBe(text);
});

test('what a page says of itself is heard, after the server', () => {
  const katakana = encodeJapanese('<meta charset="EUC-JP"><p>ﾀｶﾏﾂ</p>', 'euc-jp');
  expect(documentText(katakana)).toContain('ﾀｶﾏﾂ');
  const meta = encodeJapanese('<meta http-equiv="Content-Type" content="text/html; charset=Shift_JIS">表', 'shift_jis');
  expect(documentText(meta)).toMatch(/表$/);
});

test('bytes without a meaning cost only themselves', () => {
  expect(documentText(Buffer.from([...utf8, 0xff, 0xfe, 0x41]))).toContain('引地橋');
  expect(documentText(Buffer.from([...sjis, 0xf9, 0x41, 0x2c]))).toContain('引地橋'); // a character that a site defines for itself
  fc.assert(
    fc.property(fc.uint8Array(), fc.option(fc.string(), { nil: undefined }), (bytes, declared) => {
      expect(typeof documentText(bytes, declared)).toBe('string');
    }),
  );
});
