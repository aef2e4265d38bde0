import { sentences } from '../../shared/text.ts';

export const say = sentences('simulators.web-source', {
  down: { en: 'It closes every connection', ja: 'すべての接続を切る' },
  slow: { en: 'It never answers', ja: '応答しない' },
  huge: { en: 'A document is larger than anybody takes', ja: '文書が受け取れる大きさを超えている' },
  endless: { en: 'A document has no end', ja: '文書に終わりがない' },
  bomb: { en: 'A document is small until it is decompressed', ja: '展開すると巨大になる文書を返す' },
  renamed: { en: 'A column has another name', ja: '列の名前が変わっている' },
  garbage: { en: 'A document is random bytes', ja: '文書が不規則なバイト列になっている' },
  busy: { en: 'It asks to be left alone for a while (429)', ja: 'しばらく待つよう求める（429）' },
  wrongCharset: { en: 'It names another character set', ja: '文字コードの表示が実際と異なる' },
  loop: { en: 'It redirects to the same page', ja: '同じページへ転送し続ける' },
  downgrade: { en: 'It redirects to something that is not a page', ja: 'ページでないものへ転送する' },
  broken: { en: 'It has an internal error (500)', ja: '内部エラーになる（500）' },
  gone: { en: 'Its pages are gone (404)', ja: 'ページがなくなっている（404）' },
});
