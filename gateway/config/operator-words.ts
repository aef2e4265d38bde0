import { sentences } from '../../shared/text.ts';

export const say = sentences('operator-file', {
  id: {
    en: 'Short name of the operator, as it stands in sightings and settings.',
    ja: '事業者の短い名前。検知データと設定で使います。',
  },
  name: {
    en: 'What citizens know it by, in English (en) and Japanese (ja).',
    ja: '市民に示す名前（英語 en と日本語 ja）。',
  },
  purpose: {
    en: 'Why its tags are looked for, as citizens read it, in English (en) and Japanese (ja).',
    ja: '市民に示す、タグを探す目的（英語 en と日本語 ja）。',
  },
  retention: {
    en: 'How long an edge may keep a sighting that it cannot send. Then it is given up.',
    ja: '送信できない検知を、エッジが保持してよい期間。過ぎると破棄します。',
  },
  publicKey: {
    en: "The operator's public key (X25519), as machimori operator keys prints it.",
    ja: '事業者の公開鍵（X25519）。machimori operator keys が表示したもの。',
  },
  mustBeKey: {
    en: 'must be a public key: 32 bytes as 43 characters of base64url',
    ja: 'は公開鍵（32バイト、base64urlで43文字）で指定してください',
  },
  pattern: {
    en: 'What its tags have in common, a table each.',
    ja: 'この事業者のタグに共通するパターン（1つに1つのテーブル）。',
  },
  mustBeOneLine: {
    en: 'must be one line, without control characters or marks that turn the direction of text',
    ja: 'は1行で書き、制御文字や文字の方向を変える記号を入れないでください',
  },
  mustHavePattern: { en: 'must have an entry', ja: 'は1つ以上必要です' },
  unreadable: { en: 'the file cannot be read ({why})', ja: 'ファイルを読めません（{why}）' },
  nameFile: {
    en: "Name the operator's file: TOML, or JSON if it ends in .json, in UTF-8, at most 1 MB",
    ja: '事業者のファイルを指定してください（TOML、または .json で終わるJSON。UTF-8、1 MBまで）',
  },
  notRead: { en: 'this is not the form of the file ({why})', ja: 'ファイルの形式が正しくありません（{why}）' },
  correctLine: { en: 'Correct this line', ja: 'この行を直してください' },
});
