import { sentences } from '../../shared/text.ts';

export const say = sentences('line', {
  summary: {
    en: 'Sensor with text lines, described by a profile',
    ja: 'テキスト行出力センサー（プロファイルで定義）',
  },
  profile: {
    en: 'How a line becomes a reading: the name of a profile that ships, or a profile of your own.',
    ja: '行を測定値に変換する方法。付属プロファイルの名前、または独自のプロファイル。',
  },
  group: {
    en: 'The named group of the pattern that holds the value.',
    ja: '値を囲む、パターンの名前付きグループ。',
  },
  mustBeGroup: {
    en: 'must be the name of a group of the pattern',
    ja: 'はパターンのグループ名で指定してください',
  },
  column: { en: 'The number of the column, counted from 1.', ja: '列の番号（1から数えます）。' },
  fields: {
    en: 'Which value of the line becomes which quantity.',
    ja: '行のどの値をどの項目にするか。',
  },
  mustHaveField: { en: 'must have at least one field', ja: 'には1件以上のフィールドが必要です' },
  kind: { en: 'The kind of the readings.', ja: '測定値の種別。' },
  time: {
    en: 'Where the line holds the time of the observation; without it, the time of arrival counts.',
    ja: '行の中の観測時刻の位置。指定しない場合は受信時刻を使います。',
  },
  maxLineBytes: {
    en: 'A line or message with more bytes is rubbish.',
    ja: 'このバイト数を超える行やメッセージは不良データとして扱います。',
  },
  encoding: {
    en: 'The character set of the lines.',
    ja: '行の文字コード。',
  },
  delimiter: {
    en: 'What ends a line: "lf" (also CR LF) or "cr".',
    ja: '行の終わり。"lf"（CR LFも可）または "cr"。',
  },
  decimalComma: {
    en: 'Numbers are written with a decimal comma: 12,5.',
    ja: '小数点にコンマを使います（12,5）。',
  },
  mustSeparateOtherwise: {
    en: 'must have another separator than "," if numbers have a decimal comma',
    ja: 'で小数点にコンマを使う場合、separatorには "," 以外を指定してください',
  },
  formatPattern: {
    en: 'A regular expression with named groups matches the line.',
    ja: '名前付きグループのある正規表現で行を読み取ります。',
  },
  pattern: {
    en: 'Regular expression (RE2) of a whole line, with a named group (?P<name>...) around each value.',
    ja: '1行全体に一致する正規表現（RE2）。各値を名前付きグループ (?P<name>...) で囲みます。',
  },
  mustNameGroups: {
    en: 'must only have "from" names that are groups of the pattern',
    ja: 'の "from" はすべてパターンのグループ名で指定してください',
  },
  formatJson: {
    en: 'The line is a JSON object, or a list of them.',
    ja: '行はJSONオブジェクト、またはその配列です。',
  },
  formatCsv: { en: 'The line has columns (RFC 4180).', ja: '行は列に分かれています（RFC 4180）。' },
  separator: { en: 'What separates the columns.', ja: '列の区切り文字。' },
  mustBeCharacter: {
    en: 'must be one character, and not a double quote',
    ja: 'は二重引用符以外の1文字で指定してください',
  },
  mustBeFormat: {
    en: 'must have the format "pattern", "json" or "csv"',
    ja: 'のformatは "pattern"、"json"、"csv" のいずれかで指定してください',
  },

  misfit: { en: '{why}: "{text}" ({hex})', ja: '{why}: 「{text}」（{hex}）' },
  notEncoded: {
    en: 'the line is not {encoding} (set encoding in the profile)',
    ja: '行の文字コードが {encoding} ではありません（プロファイルの encoding で指定できます）',
  },
  noMatch: { en: 'the line does not match the pattern', ja: '行がパターンに一致しません' },
  notJson: { en: 'the line is not JSON', ja: '行がJSONではありません' },
  notObjects: {
    en: 'the line is neither a JSON object nor a list of them',
    ja: '行がJSONオブジェクトでもその配列でもありません',
  },
  tooManyReadings: {
    en: 'the list has more than {max} readings',
    ja: '配列の測定値が{max}件を超えています',
  },
  tooFewColumns: {
    en: 'the line has {given} {given:column|columns}, the profile needs {needed}',
    ja: '行は{given}列ですが、プロファイルには{needed}列必要です',
  },
  tooLong: { en: 'more than {max} bytes', ja: '{max}バイトを超えています' },
  missing: { en: '{quantity} ({from}) is missing', ja: '{quantity}（{from}）がありません' },
  notNumber: {
    en: '{quantity} ({from}) is not a number in its range',
    ja: '{quantity}（{from}）が範囲内の数値ではありません',
  },
  notText: { en: '{quantity} ({from}) is not text', ja: '{quantity}（{from}）が文字列ではありません' },
  notBoolean: { en: '{quantity} ({from}) is not a boolean', ja: '{quantity}（{from}）が真偽値ではありません' },
  badTime: { en: 'the time ({from}) is missing or wrong', ja: '時刻（{from}）がないか、正しくありません' },
});
